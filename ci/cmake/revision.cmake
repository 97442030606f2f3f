# What `orrery version`, `orrery-proxy --version` and .run files say of this build: the source's revision, the preset, the compiler. One generated source a program, so that
# a new commit compiles no other file. The revision is looked up when CMake runs, and CMake runs again after each commit.

set(ORRERY_REVISION unknown)
find_package(Git QUIET)
# Only the repository of this very tree: a copy inside another one has no revision.
if(GIT_FOUND AND EXISTS ${CMAKE_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --abbrev=12 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(ORRERY_REVISION ${described})
  endif()
  foreach(file HEAD logs/HEAD)
    if(EXISTS ${CMAKE_SOURCE_DIR}/.git/${file})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/.git/${file})
    endif()
  endforeach()
endif()

# The name of the preset, from what it sets: a build directory may be called anything.
string(TOLOWER ${CMAKE_BUILD_TYPE} ORRERY_PRESET)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND ORRERY_PRESET MATCHES "^(release|debug)$")
  string(APPEND ORRERY_PRESET -clang)
elseif(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang AND NOT ORRERY_PRESET MATCHES "^(release|debug)$")
  string(APPEND ORRERY_PRESET -gcc)
endif()

# <folder>/build_info.h has the declarations. Written only when it changes.
foreach(folder cli proxy/main)
  orrery_target(${folder} target)
  if(TARGET ${target} AND EXISTS ${CMAKE_SOURCE_DIR}/${folder}/build_info.h)
    get_filename_component(space ${folder} NAME)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info.cc.in ${CMAKE_BINARY_DIR}/gen/${folder}/build_info.cc @ONLY)
    target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/gen/${folder}/build_info.cc)
  endif()
endforeach()
