# Each dependency comes from the machine when it has a new enough one, else from its upstream
# repository at the tag below. -DFETCHCONTENT_SOURCE_DIR_<NAME>=<folder> builds from a local copy.
include(FetchContent)

# The fetched projects: options given here count, old minimum versions do not stop a new CMake.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
set(CMAKE_POLICY_VERSION_MINIMUM 3.5)
set(SPDLOG_FMT_EXTERNAL ON)
set(BENCHMARK_ENABLE_TESTING OFF)
set(BENCHMARK_ENABLE_INSTALL OFF)
set(BENCHMARK_ENABLE_WERROR OFF)

# A macro, for the variables that find_package sets are wanted here. Further arguments go to
# FetchContent_Declare.
macro(calculon_dependency name repository tag)
  string(REGEX REPLACE "^v" "" calculon_version ${tag})
  FetchContent_Declare(${name}
    GIT_REPOSITORY https://github.com/${repository}.git
    GIT_TAG ${tag}
    GIT_SHALLOW TRUE
    SYSTEM  # our warnings are not for their headers
    ${ARGN}
    FIND_PACKAGE_ARGS ${calculon_version} QUIET)
  FetchContent_MakeAvailable(${name})
endmacro()

find_package(Threads REQUIRED)
calculon_dependency(CLI11 CLIUtils/CLI11 v2.1.2)
calculon_dependency(nlohmann_json nlohmann/json v3.11.2)

# The machine's spdlog is built against the machine's fmt: both come from there, or neither does.
calculon_dependency(fmt fmtlib/fmt 9.1.0)
if(NOT fmt_FOUND)
  set(FETCHCONTENT_TRY_FIND_PACKAGE_MODE NEVER)
endif()
calculon_dependency(spdlog gabime/spdlog v1.10.0)
unset(FETCHCONTENT_TRY_FIND_PACKAGE_MODE)

# zlib's own CMake file renames a header in its source folder, adds tests to ours and installs
# itself with us, so it is kept out (there is no such subfolder) and its sources, all C files of
# its top folder, are built here. Its zconf.h is usable as it is.
calculon_dependency(ZLIB madler/zlib v1.2.13 SOURCE_SUBDIR without_its_cmake)
if(NOT TARGET ZLIB::ZLIB)
  enable_language(C)
  file(GLOB zlib_sources "${zlib_SOURCE_DIR}/*.c")
  add_library(calculon_zlib STATIC ${zlib_sources})
  target_compile_definitions(calculon_zlib PRIVATE HAVE_UNISTD_H _LARGEFILE64_SOURCE)
  target_include_directories(calculon_zlib SYSTEM PUBLIC "${zlib_SOURCE_DIR}")
  add_library(ZLIB::ZLIB ALIAS calculon_zlib)
endif()

# xxHash is one header here; Debian's package brings no CMake file, and upstream's lies in a folder
# of its own.
find_path(XXHASH_INCLUDE_DIR xxhash.h)
if(NOT XXHASH_INCLUDE_DIR)
  calculon_dependency(xxHash Cyan4973/xxHash v0.8.1 SOURCE_SUBDIR without_its_cmake)
  set(XXHASH_INCLUDE_DIR "${xxhash_SOURCE_DIR}")
endif()

if(BUILD_TESTING)
  calculon_dependency(Catch2 catchorg/Catch2 v2.13.10)
endif()
if(CALCULON_BENCH)
  calculon_dependency(benchmark google/benchmark v1.7.1)
endif()
