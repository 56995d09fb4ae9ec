# SPDX-License-Identifier: GPL-2.0-or-later
# The only place that knows compiler flags. Components state what they are, not how to build it.
option(INSULA_TESTS "Build the tests" OFF)
option(INSULA_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(INSULA_SANITIZE "" CACHE STRING "Value for -fsanitize=, e.g. address,undefined")

# Debug builds of a laptop and of CI share compiled objects when ccache is there.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(insula_flags INTERFACE)
target_compile_features(insula_flags INTERFACE cxx_std_20)
target_include_directories(insula_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(insula_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wimplicit-fallthrough -Wformat=2 -Werror
  -fno-exceptions -fno-rtti -fvisibility=hidden
  -fstack-protector-strong -fstack-clash-protection
  -ftrivial-auto-var-init=pattern -fno-delete-null-pointer-checks
  $<$<CONFIG:RelWithDebInfo>:-D_FORTIFY_SOURCE=3>
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>)
target_compile_definitions(insula_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(insula_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
if(INSULA_SANITIZE)
  target_compile_options(insula_flags INTERFACE -fsanitize=${INSULA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(insula_flags INTERFACE -fsanitize=${INSULA_SANITIZE})
endif()
if(INSULA_FUZZ)
  target_compile_options(insula_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

# insula_library(NAME name SOURCES ... USES other libraries): static, named insula::<name>.
function(insula_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;USES" ${ARGN})
  if(ARG_SOURCES)
    add_library(insula_${ARG_NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(insula_${ARG_NAME} PUBLIC insula_flags ${ARG_USES})
  else()
    add_library(insula_${ARG_NAME} INTERFACE)
    target_link_libraries(insula_${ARG_NAME} INTERFACE insula_flags ${ARG_USES})
  endif()
  add_library(insula::${ARG_NAME} ALIAS insula_${ARG_NAME})
endfunction()

# insula_program(NAME insula-x COMPONENT dom0|guest|storage|net DESTINATION dir SOURCES ... USES ...)
function(insula_program)
  cmake_parse_arguments(ARG "" "NAME;COMPONENT;DESTINATION" "SOURCES;USES" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE insula_flags ${ARG_USES})
  target_link_options(${ARG_NAME} PRIVATE -pie)
  install(TARGETS ${ARG_NAME} RUNTIME DESTINATION ${ARG_DESTINATION} COMPONENT ${ARG_COMPONENT})
endfunction()

# insula_test(NAME name LABEL unit|protocol|x11|style SOURCES ... USES ... [TIMEOUT seconds])
function(insula_test)
  cmake_parse_arguments(ARG "" "NAME;LABEL;TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE insula_flags ${ARG_USES} GTest::gtest_main)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77)
endfunction()

# insula_fuzzer(NAME name SOURCES ... USES ... RUNS n): a libFuzzer target and its bounded run.
function(insula_fuzzer)
  if(NOT INSULA_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "NAME;RUNS;MAX_LEN" "SOURCES;USES" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE insula_flags ${ARG_USES})
  target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} -runs=${ARG_RUNS} -max_len=${ARG_MAX_LEN})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()
