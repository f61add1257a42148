# What our own targets are compiled with; dependencies keep their own flags.
function(calculon_compile_options target)
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    # Without it compilers fuse a*b+c where the processor has an instruction for it, which rounds
    # once instead of twice: results are to be the same to the last bit on every architecture.
    -ffp-contract=off
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    # GCC 12 takes sums of strings for overlapping copies (its bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    # Clang counts changes of sign among conversions, and long literals (page_assets.cc) are pedantry.
    $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wno-sign-conversion;-Wno-overlength-strings>
    $<$<BOOL:${CALCULON_WERROR}>:-Werror>)
  # GCC's sanitizers hide initialisations from its own warning, even in the standard library.
  if(CALCULON_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()
