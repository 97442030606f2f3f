# One interface target per third-party library, made when a row of ci/layers.txt first names it:
#
#   orrery_third_party(re2)      defines the target third_party_re2
#
# Include directories are SYSTEM; macros that a library's headers need are PUBLIC definitions of its target and stand nowhere else.

find_package(Threads REQUIRED)

# third_party_NAME from an imported target. Debian's libraries lie in /usr/include, which is a system directory already.
function(_orrery_alias name)
  add_library(third_party_${name} INTERFACE)
  target_link_libraries(third_party_${name} INTERFACE ${ARGN})
endfunction()

macro(_orrery_library name header library)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  find_library(${name}_LIBRARY ${library} REQUIRED)
  _orrery_alias(${name} ${${name}_LIBRARY})
  target_include_directories(third_party_${name} SYSTEM INTERFACE ${${name}_INCLUDE})
endmacro()

macro(orrery_third_party name)
  if(NOT TARGET third_party_${name})
    cmake_language(CALL _orrery_third_party_${name})
  endif()
endmacro()

macro(_orrery_third_party_os)
  _orrery_alias(os Threads::Threads)
endmacro()

macro(_orrery_third_party_fmt)
  find_package(fmt REQUIRED)
  _orrery_alias(fmt fmt::fmt)
endmacro()

macro(_orrery_third_party_absl)
  find_package(absl REQUIRED)
  _orrery_alias(absl absl::strings absl::flat_hash_map absl::status)
endmacro()

macro(_orrery_third_party_asio)
  find_path(asio_INCLUDE asio.hpp REQUIRED)
  _orrery_alias(asio Threads::Threads)
  target_include_directories(third_party_asio SYSTEM INTERFACE ${asio_INCLUDE})
  target_compile_definitions(third_party_asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # Asio 1.22 does not recognise clang 19's coroutines by itself.
    target_compile_definitions(third_party_asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
  endif()
endmacro()

# Debian's node-llhttp ships the C sources, no library. Strict: CR must be followed by LF, chunks must end in CRLF.
macro(_orrery_third_party_llhttp)
  find_path(llhttp_SOURCES llhttp.c PATHS /usr/share/llhttp REQUIRED)
  find_path(llhttp_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
  add_library(llhttp STATIC ${llhttp_SOURCES}/llhttp.c ${llhttp_SOURCES}/api.c ${llhttp_SOURCES}/http.c)
  target_include_directories(llhttp SYSTEM PUBLIC ${llhttp_INCLUDE})
  target_compile_definitions(llhttp PUBLIC LLHTTP_STRICT_MODE=1)
  target_compile_options(llhttp PRIVATE -w)
  _orrery_alias(llhttp llhttp)
endmacro()

macro(_orrery_third_party_re2)
  _orrery_library(re2 re2/re2.h re2)
endmacro()

macro(_orrery_third_party_yaml)
  find_package(yaml-cpp REQUIRED)
  _orrery_alias(yaml yaml-cpp)
endmacro()

macro(_orrery_third_party_protobuf)
  find_package(Protobuf REQUIRED)
  _orrery_alias(protobuf protobuf::libprotobuf)
endmacro()

# Envoy's API, generated (ci/cmake/xds.cmake makes the target xds). Whole archive: an Any is resolved by name, so nothing refers to most
# of its files and the linker would drop them.
macro(_orrery_third_party_xds)
  orrery_third_party(protobuf)
  if(TARGET xds)
    _orrery_alias(xds $<LINK_LIBRARY:WHOLE_ARCHIVE,xds> third_party_protobuf)
  else()
    message(WARNING "no target xds: proxy/config will not compile")
    _orrery_alias(xds third_party_protobuf)
  endif()
endmacro()

macro(_orrery_third_party_boost_context)
  find_package(Boost REQUIRED COMPONENTS context)
  _orrery_alias(boost_context Boost::context)
endmacro()

macro(_orrery_third_party_xxhash)
  _orrery_library(xxhash xxhash.h xxhash)
endmacro()

macro(_orrery_third_party_nlohmann_json)
  find_package(nlohmann_json REQUIRED)
  _orrery_alias(nlohmann_json nlohmann_json::nlohmann_json)
endmacro()

macro(_orrery_third_party_cli11)
  find_package(CLI11 REQUIRED)
  _orrery_alias(cli11 CLI11::CLI11)
endmacro()

macro(_orrery_third_party_spdlog)
  find_package(spdlog REQUIRED)
  _orrery_alias(spdlog spdlog::spdlog)
endmacro()

# Debian's package of BoringSSL lies beside the usual directories and the loader does not look there, hence the rpath. NO_DEFAULT_PATH:
# OpenSSL's headers, often installed too, must never be taken instead.
macro(_orrery_third_party_boringssl)
  set(android /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/android)
  find_path(boringssl_INCLUDE openssl/is_boringssl.h PATHS /usr/include/android NO_DEFAULT_PATH REQUIRED)
  find_library(boringssl_SSL ssl PATHS ${android} NO_DEFAULT_PATH REQUIRED)
  find_library(boringssl_CRYPTO crypto PATHS ${android} NO_DEFAULT_PATH REQUIRED)
  _orrery_alias(boringssl ${boringssl_SSL} ${boringssl_CRYPTO})
  target_include_directories(third_party_boringssl SYSTEM INTERFACE ${boringssl_INCLUDE})
  target_link_options(third_party_boringssl INTERFACE LINKER:-rpath,${android})
endmacro()

macro(_orrery_third_party_zlib)
  _orrery_library(zlib zlib.h z)
endmacro()

macro(_orrery_third_party_brotli)
  _orrery_library(brotli brotli/encode.h brotlienc)
  find_library(brotlidec_LIBRARY brotlidec REQUIRED)
  target_link_libraries(third_party_brotli INTERFACE ${brotlidec_LIBRARY})
endmacro()

macro(_orrery_third_party_zstd)
  _orrery_library(zstd zstd.h zstd)
endmacro()

# Of nghttp2 only header compression (HPACK) and the checks of field names and values are used.
macro(_orrery_third_party_nghttp2)
  _orrery_library(nghttp2 nghttp2/nghttp2.h nghttp2)
endmacro()

macro(_orrery_third_party_cares)
  _orrery_library(cares ares.h cares)
endmacro()

macro(_orrery_third_party_nettle)
  _orrery_library(nettle nettle/sha1.h nettle)
endmacro()

macro(_orrery_third_party_gtest)
  find_package(GTest REQUIRED)
  _orrery_alias(gtest GTest::gtest GTest::gmock)
endmacro()

macro(_orrery_third_party_rapidcheck)
  find_path(rapidcheck_INCLUDE rapidcheck.h REQUIRED)
  find_library(rapidcheck_LIBRARY rapidcheck REQUIRED)
  _orrery_alias(rapidcheck ${rapidcheck_LIBRARY})
  target_include_directories(third_party_rapidcheck SYSTEM INTERFACE ${rapidcheck_INCLUDE})
endmacro()

macro(_orrery_third_party_benchmark)
  find_package(benchmark REQUIRED)
  _orrery_alias(benchmark benchmark::benchmark)
endmacro()
