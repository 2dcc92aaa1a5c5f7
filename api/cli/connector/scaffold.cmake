# The templates of `tenantry connector new`, embedded: a vendor may have nothing but the program.
#
# tenantry_scaffold(out): writes the C++ source with all of them and puts its path in `out`. A template is
# plugins/sdk/scaffold/KIND/PATH.in; NAME in its path, @name@ and @Name@ in its text become the connector's name.
set(TENANTRY_SCAFFOLD_FOLDER "${PROJECT_SOURCE_DIR}/plugins/sdk/scaffold")
set(TENANTRY_SCAFFOLD_COMMON CMakePresets.json gitignore)
set(TENANTRY_SCAFFOLD_empty
  CMakeLists.txt README.md config.json descriptor.json scenario.json src/NAME.cpp tests/NAME_test.cpp)
set(TENANTRY_SCAFFOLD_sql ${TENANTRY_SCAFFOLD_empty} tests/backend.py)
set(TENANTRY_SCAFFOLD_ldap ${TENANTRY_SCAFFOLD_empty})
set(TENANTRY_SCAFFOLD_rest ${TENANTRY_SCAFFOLD_sql})
set(TENANTRY_SCAFFOLD_scim ${TENANTRY_SCAFFOLD_sql})

function(tenantry_scaffold out)
  set(TENANTRY_SCAFFOLD_ENTRIES "")
  foreach(kind ${ARGN})
    foreach(file ${TENANTRY_SCAFFOLD_COMMON})
      tenantry_scaffold_entry(${kind} common "${file}" TENANTRY_SCAFFOLD_ENTRIES)
    endforeach()
    foreach(file ${TENANTRY_SCAFFOLD_${kind}})
      tenantry_scaffold_entry(${kind} ${kind} "${file}" TENANTRY_SCAFFOLD_ENTRIES)
    endforeach()
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/scaffold_files.cpp")
  configure_file("${PROJECT_SOURCE_DIR}/api/cli/connector/scaffold_files.cpp.in" "${source}" @ONLY)
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

# Appends one file of one kind, as raw strings short enough for every compiler.
function(tenantry_scaffold_entry kind folder file out)
  set(path "${TENANTRY_SCAFFOLD_FOLDER}/${folder}/${file}.in")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  # By byte: CMake's own string functions would count a letter that is not ASCII as one or as many.
  file(READ "${path}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${hex}")
  string(LENGTH "${text}" length)
  set(literal "")
  foreach(start RANGE 0 ${length} 6400)
    string(SUBSTRING "${text}" ${start} 6400 piece)
    string(APPEND literal "\n        \"${piece}\"")
  endforeach()
  set(${out} "${${out}}    {\"${kind}\", \"${file}\",${literal}},\n" PARENT_SCOPE)
endfunction()
