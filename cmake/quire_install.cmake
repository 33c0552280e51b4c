# What `cmake --install` puts where, and how other projects find it: a CMake package, pkg-config
# files, and run paths relative to the files themselves, so that an installed tree can be moved.

include(CMakePackageConfigHelpers)

set(quire_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/quire")
set(quire_pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

function(quire_relative_path result from to)
    file(RELATIVE_PATH path "/prefix/${from}" "/prefix/${to}")
    string(REGEX REPLACE "/$" "" path "${path}")
    set(${result} "${path}" PARENT_SCOPE)
endfunction()

# Libraries and headers
install(TARGETS quire EXPORT quireTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
if(QUIRE_MPI)
    set_target_properties(quire_mpi PROPERTIES INSTALL_RPATH "$ORIGIN")
    install(TARGETS quire_mpi EXPORT quire_mpiTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    install(DIRECTORY include/quire DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
else()
    install(DIRECTORY include/quire DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
            PATTERN mpi.h EXCLUDE)
endif()

# Commands
quire_relative_path(quire_lib_from_bin "${CMAKE_INSTALL_BINDIR}" "${CMAKE_INSTALL_LIBDIR}")
foreach(command quire_command quire_mpi_command)
    if(TARGET ${command})
        set_target_properties(${command} PROPERTIES INSTALL_RPATH "$ORIGIN/${quire_lib_from_bin}")
        install(TARGETS ${command} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    endif()
endforeach()

# The CMake package
configure_package_config_file(cmake/quireConfig.cmake.in "${PROJECT_BINARY_DIR}/quireConfig.cmake"
                              INSTALL_DESTINATION "${quire_package_dir}"
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/quireConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/quireConfig.cmake"
              "${PROJECT_BINARY_DIR}/quireConfigVersion.cmake"
        DESTINATION "${quire_package_dir}")
install(EXPORT quireTargets NAMESPACE quire:: DESTINATION "${quire_package_dir}")
if(QUIRE_MPI)
    install(EXPORT quire_mpiTargets NAMESPACE quire:: DESTINATION "${quire_package_dir}")
endif()

# pkg-config
quire_relative_path(quire_prefix_from_pc "${quire_pkgconfig_dir}" "")
set(quire_pc_files quire)
if(QUIRE_MPI)
    list(APPEND quire_pc_files quire_mpi)
endif()
foreach(pc IN LISTS quire_pc_files)
    configure_file(cmake/${pc}.pc.in "${PROJECT_BINARY_DIR}/${pc}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${pc}.pc" DESTINATION "${quire_pkgconfig_dir}")
endforeach()

# Documents, and the examples as a project of their own
install(FILES README.md CHANGELOG.md SUPPORT.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
if(QUIRE_MPI)
    install(DIRECTORY mpi_examples/ DESTINATION "${CMAKE_INSTALL_DATADIR}/quire/examples"
            USE_SOURCE_PERMISSIONS PATTERN demo.sh EXCLUDE)
endif()
