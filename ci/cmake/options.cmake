# Compiler, linker and sanitizer options, the same for every target of ours.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, Asan, Tsan or Fuzz" FORCE)
endif()
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
# Clang must not scan for modules: nothing here uses them and the scan costs a process per file.
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

# Assertions stay on in every preset, so NDEBUG is defined nowhere.
set(sanitize -fno-omit-frame-pointer -fno-sanitize-recover=all)
list(JOIN sanitize " " sanitize)
# ci/breakers runs each of its programs once: there, compiling is all the time that goes.
set(ORRERY_RELEASE_FLAGS "-O2 -g1" CACHE STRING "how the release preset is compiled")
foreach(lang C CXX)
  set(CMAKE_${lang}_FLAGS_RELEASE "${ORRERY_RELEASE_FLAGS}")
  set(CMAKE_${lang}_FLAGS_DEBUG "-O0 -g1")
  set(CMAKE_${lang}_FLAGS_ASAN "-O1 -g1 -fsanitize=address,undefined ${sanitize}")
  set(CMAKE_${lang}_FLAGS_TSAN "-O1 -g1 -fsanitize=thread ${sanitize}")
  set(CMAKE_${lang}_FLAGS_FUZZ "-O1 -g1 -fsanitize=fuzzer-no-link,address,undefined ${sanitize}")
endforeach()

# What every target of ours is compiled with. Warnings are errors for our code only (third-party headers are SYSTEM).
add_library(orrery_options INTERFACE)
target_include_directories(orrery_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(orrery_options INTERFACE -Wall -Wextra -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc bug 105329: std::string's operator+ and assign are reported at -O2 although nothing overlaps.
  target_compile_options(orrery_options INTERFACE -Wno-restrict)
endif()

# Several files of one folder in one compilation: header parsing is most of the work here, so a whole build takes half the time. ci/build turns
# it on; by hand it is off, where one changed file should compile alone. -Wshadow sees file-local names of neighbours then, and is left to the
# builds without it.
option(ORRERY_UNITY "Compile the files of a folder in batches" OFF)
if(ORRERY_UNITY)
  target_compile_options(orrery_options INTERFACE -Wno-shadow)
endif()

# Checks that were measured too dear for production's hot path (proxy/base/assert.h), and patterns in memory that is given back.
if(NOT CMAKE_BUILD_TYPE STREQUAL Release)
  add_compile_definitions(ORRERY_DEBUG_CHECKS)
endif()

# gcc would fuse a*b+c by default where the processor can: another result than clang's, and than another machine's.
add_compile_options(-ffp-contract=off)
# __FILE__ relative to the root: assertion texts are equal wherever the tree lies.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

find_program(CCACHE ccache)
if(CCACHE)
  # Base directory and no directory hash: a second clone, or a second build directory inside the tree, hits the same entries.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  find_program(ENV_PROGRAM env)
  if(ENV_PROGRAM)  # starts faster than cmake
    list(POP_FRONT launcher)
    list(POP_FRONT launcher)
    list(POP_FRONT launcher)
    list(PREPEND launcher ${ENV_PROGRAM})
  endif()
  foreach(lang C CXX)
    set(CMAKE_${lang}_COMPILER_LAUNCHER ${launcher})
  endforeach()
endif()

# A fast linker when there is one: mold, else lld of the same clang.
find_program(MOLD mold)
find_program(LLD NAMES ld.lld-19 ld.lld)
if(MOLD)
  add_link_options(-fuse-ld=mold)
elseif(LLD AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_link_options(-fuse-ld=lld)
endif()

# A program loads only the shared libraries that it calls.
add_link_options(LINKER:--as-needed)

# ci/full links once with every type compared across units: two definitions of one type are an error that no single unit shows.
option(ORRERY_ODR "link-time optimisation with -Wodr (gcc)" OFF)
if(ORRERY_ODR)
  add_compile_options(-flto=auto)
  add_link_options(-flto=auto -Wodr -Werror=odr -fuse-ld=bfd)
endif()
