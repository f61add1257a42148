# CALCULON_SANITIZE=address,undefined (or thread, ...): every check live and the first finding fatal.
# -UNDEBUG outlives the -DNDEBUG of a Release build, so our own assertions are checked too. Findings
# name function and line; the names of variables (-g2) would cost half of a build again.
if(CALCULON_SANITIZE)
  add_compile_options(
    -fsanitize=${CALCULON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g1 -UNDEBUG)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${CALCULON_SANITIZE})
endif()
