# What `cmake --install` (or `make install`) puts where.
install(TARGETS calculon)
install(DIRECTORY models systems examples
  DESTINATION "${CMAKE_INSTALL_DATADIR}/calculon" OPTIONAL)

# Completions and the manual page are printed by the program itself, so they cannot fall behind it.
# The folders under shell/ are those of the install tree below share/.
if(CALCULON_SHELL_FILES)
  set(shell_dir "${PROJECT_BINARY_DIR}/shell")
  function(calculon_shell_file path)
    cmake_path(GET path PARENT_PATH folder)
    add_custom_command(
      OUTPUT "${shell_dir}/${path}"
      COMMAND "${CMAKE_COMMAND}" -E make_directory "${shell_dir}/${folder}"
      COMMAND calculon ${ARGN} > "${shell_dir}/${path}"
      DEPENDS calculon
      VERBATIM)
    set_property(GLOBAL APPEND PROPERTY calculon_shell_files "${shell_dir}/${path}")
  endfunction()
  calculon_shell_file(bash-completion/completions/calculon completion bash)
  calculon_shell_file(zsh/site-functions/_calculon completion zsh)
  calculon_shell_file(fish/vendor_completions.d/calculon.fish completion fish)
  calculon_shell_file(man/man1/calculon.1 manual)
  get_property(shell_files GLOBAL PROPERTY calculon_shell_files)
  add_custom_target(calculon_shell_files ALL DEPENDS ${shell_files})
  install(DIRECTORY "${shell_dir}/" DESTINATION "${CMAKE_INSTALL_DATADIR}")
endif()

# The library, for find_package(calculon) and the target calculon::calculon. It is static, so its
# users link what it links; that works with packages of the machine only, and a build with fetched
# ones installs the program alone.
foreach(dependency fmt::fmt spdlog::spdlog ZLIB::ZLIB)
  get_target_property(from_machine ${dependency} IMPORTED)
  if(NOT from_machine)
    message(STATUS "${dependency} is fetched: the library will not be installed")
    return()
  endif()
endforeach()

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/calculon")
install(TARGETS calculon_lib EXPORT calculonTargets)
install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT calculonTargets NAMESPACE calculon:: DESTINATION "${package_dir}")
configure_package_config_file(cmake/calculonConfig.cmake.in
  "${PROJECT_BINARY_DIR}/calculonConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/calculonConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/calculonConfig.cmake"
  "${PROJECT_BINARY_DIR}/calculonConfigVersion.cmake"
  DESTINATION "${package_dir}")
