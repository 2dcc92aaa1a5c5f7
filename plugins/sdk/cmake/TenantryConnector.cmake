# tenantry_connector(name DESCRIPTOR file.json SOURCES ... [LIBS ...] [STATIC_RUNTIME])
#
# A connector: a loadable module that exports tny_entry_v1 and nothing else, with the descriptor in its
# .tny.manifest section. It lands in <build>/connectors/<name>.so and sees the SDK and LIBS only. What it is made
# of are the files of the vendor; what the loader asks of a library is set here, so that nobody has to know it.
# STATIC_RUNTIME links libstdc++ into it: right for a connector whose LIBS are all C; with a shared C++
# library (Poco) both must use the same libstdc++, so it is off by default.

function(tenantry_connector name)
  cmake_parse_arguments(ARG "STATIC_RUNTIME" "DESCRIPTOR" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_DESCRIPTOR OR NOT ARG_SOURCES)
    message(FATAL_ERROR "tenantry_connector(${name}): DESCRIPTOR and SOURCES are needed")
  endif()
  tenantry_need_c()
  tenantry_manifest_source(${name} "${ARG_DESCRIPTOR}" manifest)

  add_library(${name} MODULE ${ARG_SOURCES} "${manifest}")
  target_link_libraries(${name} PRIVATE tenantry::sdk ${ARG_LIBS})
  tenantry_connector_warnings(${name})
  set_target_properties(${name} PROPERTIES TENANTRY_SOURCES "${ARG_SOURCES}" TENANTRY_MANIFEST "${manifest}"
    TENANTRY_LIBS "${ARG_LIBS}")
  set_target_properties(${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/connectors"
    POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector.map")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Unique symbols would be shared by two connectors in one process, RTLD_LOCAL or not.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  endif()
  # A vendor who names no build type gets what is shipped, not what is slow.
  target_compile_options(${name} PRIVATE -fstack-protector-strong $<$<CONFIG:>:-O2;-g>)
  if(NOT TENANTRY_SANITIZE)
    target_compile_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>)
  endif()
  target_link_options(${name} PRIVATE
    "LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector.map"
    LINKER:--exclude-libs,ALL LINKER:-Bsymbolic LINKER:-z,now,-z,relro,-z,noexecstack LINKER:--build-id)
  # The kernel refuses a connector that others may write, whatever the umask of the build was.
  add_custom_command(TARGET ${name} POST_BUILD COMMAND chmod go-w "$<TARGET_FILE:${name}>" VERBATIM)
  if(NOT TENANTRY_SANITIZE)
    # A sanitizer's run-time is in the program that loads us, so its symbols stay undefined here.
    target_link_options(${name} PRIVATE LINKER:-z,defs)
    if(ARG_STATIC_RUNTIME)
      target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
    endif()
  endif()
endfunction()

# tenantry_connector_test(name CONNECTOR connector SOURCES ... [LIBS ...])
#
# The connector's own sources and a test of them in one program, registered with ctest: no library is loaded, so
# debuggers and sanitizers see everything. The test opens it with host.open(tny_entry_v1(host.table()), ...).
function(tenantry_connector_test name)
  cmake_parse_arguments(ARG "" "CONNECTOR" "SOURCES;LIBS" ${ARGN})
  if(NOT TARGET "${ARG_CONNECTOR}" OR NOT ARG_SOURCES)
    message(FATAL_ERROR "tenantry_connector_test(${name}): CONNECTOR (a tenantry_connector) and SOURCES are needed")
  endif()
  get_target_property(sources ${ARG_CONNECTOR} TENANTRY_SOURCES)
  get_target_property(manifest ${ARG_CONNECTOR} TENANTRY_MANIFEST)
  get_target_property(libs ${ARG_CONNECTOR} TENANTRY_LIBS)
  if(NOT libs)
    set(libs "")
  endif()
  add_executable(${name} ${sources} "${manifest}" ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tenantry::sdk ${libs} ${ARG_LIBS})
  tenantry_connector_warnings(${name})
  if(TENANTRY_SANITIZE AND NOT TARGET tenantry_flags)
    target_compile_options(${name} PRIVATE -fsanitize=${TENANTRY_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${name} PRIVATE -fsanitize=${TENANTRY_SANITIZE})
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
endfunction()

# The warnings a connector is clean of. Inside of Tenantry's own tree that tree's flags count.
function(tenantry_connector_warnings target)
  if(TARGET tenantry_flags)
    target_link_libraries(${target} PRIVATE tenantry_flags)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow)
  endif()
endfunction()

# The descriptor becomes a C source; a project may have been declared for C++ alone.
macro(tenantry_need_c)
  get_property(tenantry_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if(NOT "C" IN_LIST tenantry_languages)
    message(FATAL_ERROR "A connector is built with C and C++: project(... LANGUAGES C CXX)")
  endif()
endmacro()

# Writes the C source that carries the descriptor byte for byte, and puts its path in `out`.
function(tenantry_manifest_source name descriptor out)
  get_filename_component(TNY_DESCRIPTOR_NAME "${descriptor}" NAME)
  get_filename_component(path "${descriptor}" ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  file(READ "${path}" text)
  string(JSON kind ERROR_VARIABLE problem TYPE "${text}")
  if(problem)
    message(FATAL_ERROR "tenantry_connector(${name}): ${path} is not valid JSON: ${problem}")
  endif()
  file(READ "${path}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR TNY_DESCRIPTOR_SIZE "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," TNY_DESCRIPTOR_BYTES "${hex}")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}_manifest.c")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/manifest.c.in" "${source}" @ONLY)
  set(${out} "${source}" PARENT_SCOPE)
endfunction()
