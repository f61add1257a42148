# cmake -DVEGA=<scripts> -DPAGE=<script;style> -DOUTPUT=<source> -P page_assets.cmake
# Writes a C++ source with these files as text (src/page/page_assets.h). One file of Vega is a ready
# bundle; several are its modules, which find each other through the few lines around them.

# The text of a script without the pointer to a source map, which a browser would look for.
function(read_script file variable)
  file(READ "${file}" text)
  string(REGEX REPLACE "//# sourceMappingURL=[^\n]*\n?" "" text "${text}")
  if(text MATCHES "</script|\\)calculon\"")
    message(FATAL_ERROR "${file} cannot be embedded: it has the end of a script in it")
  endif()
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

# The hash by which a policy of a page lets a script run: base64, which CMake lacks, of SHA-256.
# Twelve bits at a time make two letters; 256 bits are filled up with eight more.
function(script_hash text variable)
  set(letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(SHA256 digits "${text}")
  string(APPEND digits "00")
  set(hash "")
  foreach(start RANGE 0 63 3)
    string(SUBSTRING "${digits}" ${start} 3 part)
    math(EXPR high "0x${part} >> 6")
    math(EXPR low "0x${part} & 63")
    string(SUBSTRING "${letters}" ${high} 1 first)
    string(SUBSTRING "${letters}" ${low} 1 second)
    string(APPEND hash "${first}${second}")
  endforeach()
  string(REGEX REPLACE ".$" "=" hash "${hash}")
  set(${variable} "'sha256-${hash}'" PARENT_SCOPE)
endfunction()

list(LENGTH VEGA num_files)
if(num_files EQUAL 1)
  read_script("${VEGA}" vega)
  set(evaluation " 'unsafe-eval'")  # a bundle has no interpreter of expressions
else()
  set(evaluation "")
  set(vega "(function() {\nconst modules = {};\nconst require = name => modules[name];\n")
  foreach(file IN LISTS VEGA)
    read_script("${file}" text)
    get_filename_component(name "${file}" NAME)
    string(REGEX REPLACE "\\.min\\.js$" "" name "${name}")
    string(APPEND vega "(function(exports, module) {\n${text}\n"
      "modules['${name}'] = exports;\n})({}, {});\n")
    if(name STREQUAL "vega-selection")  # its package is vega-selections
      string(APPEND vega "modules['vega-selections'] = modules['vega-selection'];\n")
    endif()
  endforeach()
  string(APPEND vega "Object.assign(modules['vega-dataflow'].transforms, "
    "modules['vega-transforms'], modules['vega-view-transforms'], modules['vega-encode']);\n"
    "globalThis.vega = {parse: modules['vega-parser'].parse, View: modules['vega-view'].View,\n"
    "  expressionInterpreter: modules['vega-interpreter'].expressionInterpreter};\n"
    "})();\n")
endif()

list(GET PAGE 0 script)
list(GET PAGE 1 style)
read_script("${script}" script)
file(READ "${style}" style)

# Scripts stand behind a line break in a page. Vega sets styles of the elements that it makes.
script_hash("\n${vega}" vega_hash)
script_hash("\n${script}" script_hash)
string(CONCAT policy
  "default-src 'none'; script-src ${vega_hash} ${script_hash}${evaluation}; "
  "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'")

file(WRITE "${OUTPUT}"
  "// Written by cmake/page_assets.cmake.\n"
  "#include \"page/page_assets.h\"\n\n"
  "namespace calculon {\n\n"
  "const std::string_view kVegaScript = R\"calculon(" "${vega}" ")calculon\";\n"
  "const std::string_view kPageScript = R\"calculon(" "${script}" ")calculon\";\n"
  "const std::string_view kPageStyle = R\"calculon(" "${style}" ")calculon\";\n"
  "const std::string_view kPagePolicy = R\"calculon(" "${policy}" ")calculon\";\n\n"
  "}  // namespace calculon\n")
