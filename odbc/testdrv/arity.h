/*
 * Parameter lists as data. A list is (type, name, type, name, ...) beside its count n; from
 * it come a prototype's tail, a call's arguments, the values kept for comparison and the
 * names for messages.
 */
#ifndef TD_ARITY_H
#define TD_ARITY_H

#define TD_PARAMETERS_0()
#define TD_PARAMETERS_1(t, n)       , t n
#define TD_PARAMETERS_2(t, n, ...)  , t n TD_PARAMETERS_1(__VA_ARGS__)
#define TD_PARAMETERS_3(t, n, ...)  , t n TD_PARAMETERS_2(__VA_ARGS__)
#define TD_PARAMETERS_4(t, n, ...)  , t n TD_PARAMETERS_3(__VA_ARGS__)
#define TD_PARAMETERS_5(t, n, ...)  , t n TD_PARAMETERS_4(__VA_ARGS__)
#define TD_PARAMETERS_6(t, n, ...)  , t n TD_PARAMETERS_5(__VA_ARGS__)
#define TD_PARAMETERS_7(t, n, ...)  , t n TD_PARAMETERS_6(__VA_ARGS__)
#define TD_PARAMETERS_8(t, n, ...)  , t n TD_PARAMETERS_7(__VA_ARGS__)
#define TD_PARAMETERS_9(t, n, ...)  , t n TD_PARAMETERS_8(__VA_ARGS__)
#define TD_PARAMETERS_10(t, n, ...) , t n TD_PARAMETERS_9(__VA_ARGS__)
#define TD_PARAMETERS_11(t, n, ...) , t n TD_PARAMETERS_10(__VA_ARGS__)
#define TD_PARAMETERS_12(t, n, ...) , t n TD_PARAMETERS_11(__VA_ARGS__)

#define TD_ARGUMENTS_0()
#define TD_ARGUMENTS_1(t, n)       , n
#define TD_ARGUMENTS_2(t, n, ...)  , n TD_ARGUMENTS_1(__VA_ARGS__)
#define TD_ARGUMENTS_3(t, n, ...)  , n TD_ARGUMENTS_2(__VA_ARGS__)
#define TD_ARGUMENTS_4(t, n, ...)  , n TD_ARGUMENTS_3(__VA_ARGS__)
#define TD_ARGUMENTS_5(t, n, ...)  , n TD_ARGUMENTS_4(__VA_ARGS__)
#define TD_ARGUMENTS_6(t, n, ...)  , n TD_ARGUMENTS_5(__VA_ARGS__)
#define TD_ARGUMENTS_7(t, n, ...)  , n TD_ARGUMENTS_6(__VA_ARGS__)
#define TD_ARGUMENTS_8(t, n, ...)  , n TD_ARGUMENTS_7(__VA_ARGS__)
#define TD_ARGUMENTS_9(t, n, ...)  , n TD_ARGUMENTS_8(__VA_ARGS__)
#define TD_ARGUMENTS_10(t, n, ...) , n TD_ARGUMENTS_9(__VA_ARGS__)
#define TD_ARGUMENTS_11(t, n, ...) , n TD_ARGUMENTS_10(__VA_ARGS__)
#define TD_ARGUMENTS_12(t, n, ...) , n TD_ARGUMENTS_11(__VA_ARGS__)

#define TD_VALUES_0()
#define TD_VALUES_1(t, n)       , (intptr_t)(n)
#define TD_VALUES_2(t, n, ...)  , (intptr_t)(n)TD_VALUES_1(__VA_ARGS__)
#define TD_VALUES_3(t, n, ...)  , (intptr_t)(n)TD_VALUES_2(__VA_ARGS__)
#define TD_VALUES_4(t, n, ...)  , (intptr_t)(n)TD_VALUES_3(__VA_ARGS__)
#define TD_VALUES_5(t, n, ...)  , (intptr_t)(n)TD_VALUES_4(__VA_ARGS__)
#define TD_VALUES_6(t, n, ...)  , (intptr_t)(n)TD_VALUES_5(__VA_ARGS__)
#define TD_VALUES_7(t, n, ...)  , (intptr_t)(n)TD_VALUES_6(__VA_ARGS__)
#define TD_VALUES_8(t, n, ...)  , (intptr_t)(n)TD_VALUES_7(__VA_ARGS__)
#define TD_VALUES_9(t, n, ...)  , (intptr_t)(n)TD_VALUES_8(__VA_ARGS__)
#define TD_VALUES_10(t, n, ...) , (intptr_t)(n)TD_VALUES_9(__VA_ARGS__)
#define TD_VALUES_11(t, n, ...) , (intptr_t)(n)TD_VALUES_10(__VA_ARGS__)
#define TD_VALUES_12(t, n, ...) , (intptr_t)(n)TD_VALUES_11(__VA_ARGS__)

#define TD_NAMES_0()
#define TD_NAMES_1(t, n)       , #n
#define TD_NAMES_2(t, n, ...)  , #n TD_NAMES_1(__VA_ARGS__)
#define TD_NAMES_3(t, n, ...)  , #n TD_NAMES_2(__VA_ARGS__)
#define TD_NAMES_4(t, n, ...)  , #n TD_NAMES_3(__VA_ARGS__)
#define TD_NAMES_5(t, n, ...)  , #n TD_NAMES_4(__VA_ARGS__)
#define TD_NAMES_6(t, n, ...)  , #n TD_NAMES_5(__VA_ARGS__)
#define TD_NAMES_7(t, n, ...)  , #n TD_NAMES_6(__VA_ARGS__)
#define TD_NAMES_8(t, n, ...)  , #n TD_NAMES_7(__VA_ARGS__)
#define TD_NAMES_9(t, n, ...)  , #n TD_NAMES_8(__VA_ARGS__)
#define TD_NAMES_10(t, n, ...) , #n TD_NAMES_9(__VA_ARGS__)
#define TD_NAMES_11(t, n, ...) , #n TD_NAMES_10(__VA_ARGS__)
#define TD_NAMES_12(t, n, ...) , #n TD_NAMES_11(__VA_ARGS__)

#define TD_MAX_ARGUMENTS 12

#endif
