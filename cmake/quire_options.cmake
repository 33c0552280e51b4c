# How every target of the tree is compiled. Nothing here reaches a program that uses the library.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(quire_options INTERFACE)
# _GNU_SOURCE: openat2, renameat2, copy_file_range, getrandom and friends.
target_compile_definitions(quire_options INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_compile_options(quire_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
                       -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla)
if(QUIRE_WERROR)
    target_compile_options(quire_options INTERFACE -Werror)
endif()
target_include_directories(quire_options INTERFACE
    "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")

if(QUIRE_SANITIZE)
    add_compile_options(-fsanitize=${QUIRE_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=${QUIRE_SANITIZE})
endif()

# Coverage in all code, so that libFuzzer sees its way; a double that fits no integer is undefined
# too, and not among `undefined`. -O1: optimising more takes longer than it saves in a short run.
if(QUIRE_FUZZ)
    add_compile_options(-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
        -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow)
    add_link_options(-fsanitize=address,undefined,float-cast-overflow)
endif()
