// What the tests of libakin share: checks that name their line, a world of vectors, and structures with the usual fields.
#ifndef AKIN_TEST_H
#define AKIN_TEST_H

#include <akin.h>

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                              \
  do {                                                                                                \
    if (!(condition)) {                                                                               \
      fprintf(stderr, "%s:%d: %s\n  last error: %s\n", __FILE__, __LINE__, #condition, akin_last_error()); \
      exit(1);                                                                                        \
    }                                                                                                 \
  } while (0)
#define OK(call) CHECK((call) == AKIN_OK)
// A call that must be refused, with a sentence that holds `words`.
#define REFUSED(status, words, call) \
  do {                               \
    CHECK((call) == (status));       \
    CHECK(strstr(akin_last_error(), words)); \
  } while (0)

enum { items = 600, users = 120, wide = 16, k = 7 };

// The path of a file in the directory of the run; good until the next call.
const char *path(const char *name);

// The vectors of the items.
extern float vectors[items * wide];

// Embeddings of them, whose ids are 3, 13, 23, …
akin_handle made(int32_t metric);

// A request for k items.
akin_request usual(void);

// Room for the answers to all users.
extern int64_t rows[users * k], again[users * k], counts[users];
extern uint64_t ids[users * k];
extern float scores[users * k], same[users * k];
akin_answers into(int64_t *row, float *score);

// The tests, each a file.
void searches(void);
void trains(void);
void attributes(void);
void changes(void);
void refuses(void);
void races(void);

#endif
