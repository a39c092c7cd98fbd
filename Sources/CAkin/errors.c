// One error a thread, freed when the thread ends.
#include "akin.h"
#include "akin_errors.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char *sentence;
  char *help;
} last_error;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int has_key = 0;

static void release(void *memory) {
  last_error *error = memory;
  free(error->sentence);
  free(error->help);
  free(error);
}

static void make_key(void) { has_key = pthread_key_create(&key, release) == 0; }

/// The error of this thread, or null where there is none and `makes` is 0, or no memory.
static last_error *own(int makes) {
  pthread_once(&once, make_key);
  if (!has_key) return NULL;
  last_error *error = pthread_getspecific(key);
  if (error || !makes) return error;
  error = calloc(1, sizeof *error);
  if (error && pthread_setspecific(key, error) != 0) {
    free(error);
    error = NULL;
  }
  return error;
}

/// A copy of a text; null for an empty one.
static char *copy(const char *text) { return text && *text ? strdup(text) : NULL; }

void akin_set_error(const char *sentence, const char *help) {
  int is_one = (sentence && *sentence) || (help && *help);
  last_error *error = own(is_one);
  if (!error) return;
  if (!is_one && !error->sentence && !error->help) return;
  free(error->sentence);
  free(error->help);
  error->sentence = copy(sentence);
  error->help = copy(help);
}

const char *akin_last_error(void) {
  last_error *error = own(0);
  return error && error->sentence ? error->sentence : "";
}

const char *akin_last_help(void) {
  last_error *error = own(0);
  return error && error->help ? error->help : "";
}

void akin_free(void *memory) { free(memory); }
