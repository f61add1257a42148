# Vega, the library that draws the plots of a page: JavaScript that src/page embeds. In this order:
# a ready vega.min.js that CALCULON_VEGA_JS names, the modules of Debian's libjs-vega, the bundle of
# the release that is fetched. Sets calculon_vega_files, to be embedded in their order.
set(CALCULON_VEGA_JS "" CACHE FILEPATH "A ready vega.min.js (version 5) to embed in pages")

# What plots of ours use, each behind what it requires. The modules for maps, clouds and forces,
# which need libraries that Debian has not in browser form, stay out.
set(calculon_vega_modules
  util time format loader dataflow statistics scale canvas scenegraph expression selection functions
  event-selector runtime view parser transforms view-transforms encode interpreter)

set(calculon_vega_files "")
if(CALCULON_VEGA_JS)
  if(NOT EXISTS "${CALCULON_VEGA_JS}")
    message(FATAL_ERROR "CALCULON_VEGA_JS: there is no file ${CALCULON_VEGA_JS}")
  endif()
  set(calculon_vega_files "${CALCULON_VEGA_JS}")
else()
  set(calculon_vega_folder /usr/share/javascript/vega)
  foreach(module IN LISTS calculon_vega_modules)
    set(file "${calculon_vega_folder}/vega-${module}.min.js")
    if(NOT EXISTS "${file}")
      set(calculon_vega_files "")
      break()
    endif()
    list(APPEND calculon_vega_files "${file}")
  endforeach()
  if(NOT calculon_vega_files)
    message(STATUS "Vega is not on this machine (Debian: libjs-vega; else CALCULON_VEGA_JS names a "
      "vega.min.js); fetching it")
    FetchContent_Declare(vega
      URL https://registry.npmjs.org/vega/-/vega-5.22.1.tgz
      URL_HASH SHA256=10cd0b0274c29f2cc07d5b1e976854c6136e2e3a73fa4596cc89a013661b732c
      DOWNLOAD_EXTRACT_TIMESTAMP TRUE
      SOURCE_SUBDIR none)
    FetchContent_MakeAvailable(vega)
    set(calculon_vega_files "${vega_SOURCE_DIR}/build/vega.min.js")
  endif()
endif()

# The source that holds Vega and our own script and style as text.
set(calculon_page_assets "${PROJECT_BINARY_DIR}/page_assets.cc")
set(calculon_page_files "${PROJECT_SOURCE_DIR}/src/page/page.js"
  "${PROJECT_SOURCE_DIR}/src/page/page.css")
add_custom_command(OUTPUT "${calculon_page_assets}"
  COMMAND "${CMAKE_COMMAND}" "-DVEGA=${calculon_vega_files}" "-DPAGE=${calculon_page_files}"
    "-DOUTPUT=${calculon_page_assets}" -P "${PROJECT_SOURCE_DIR}/cmake/page_assets.cmake"
  DEPENDS ${calculon_vega_files} ${calculon_page_files}
    "${PROJECT_SOURCE_DIR}/cmake/page_assets.cmake"
  COMMENT "Embedding Vega"
  VERBATIM)
