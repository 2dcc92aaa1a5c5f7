# One INTERFACE target carries our flags; nothing is set globally but position independence and the standard.
option(TENANTRY_WERROR "Warnings are errors (on in the developer presets, off for packagers)" OFF)
set(TENANTRY_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")
option(TENANTRY_FUZZ "Build the fuzz drivers with libFuzzer, and all else so that it guides them (clang only)" OFF)
option(TENANTRY_THREAD_SAFETY "Check lock annotations (clang only)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(TENANTRY_CCACHE ccache)
if(TENANTRY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${TENANTRY_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${TENANTRY_CCACHE}")
endif()

add_library(tenantry_flags INTERFACE)
target_compile_options(tenantry_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual> -Wconversion
  $<$<BOOL:${TENANTRY_WERROR}>:-Werror>)
if(TENANTRY_THREAD_SAFETY)
  target_compile_options(tenantry_flags INTERFACE -Wthread-safety)
endif()
if(TENANTRY_FUZZ)
  target_compile_options(tenantry_flags INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
    "-fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/fuzz/ignored.txt")
  target_link_options(tenantry_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
endif()
if(TENANTRY_SANITIZE)
  target_compile_options(tenantry_flags INTERFACE -fsanitize=${TENANTRY_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(tenantry_flags INTERFACE -fsanitize=${TENANTRY_SANITIZE})
  # With a sanitizer g++ 12 sees uninitialized members in its own <regex> (GCC bug 105562).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(tenantry_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
