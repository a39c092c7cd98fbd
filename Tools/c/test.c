// Tests libakin as a program in C uses it: every function, laws between them, and arguments that no program should give.
// Ends with 1 and the line of the first check that fails. Usage: test DIR, an empty directory.
#include "test.h"

static char path_buffer[4096];
static const char *directory;
const char *path(const char *name) {
  snprintf(path_buffer, sizeof path_buffer, "%s/%s", directory, name);
  return path_buffer;
}

static uint64_t state = 20261129;
static double uniform(void) {
  state += 0x9E3779B97F4A7C15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

float vectors[items * wide];

akin_request usual(void) {
  akin_request request = {0};
  request.struct_size = sizeof request;
  request.k = k;
  return request;
}

int64_t rows[users * k], again[users * k], counts[users];
uint64_t ids[users * k];
float scores[users * k], same[users * k];
akin_answers into(int64_t *row, float *score) {
  akin_answers answers = {0};
  answers.struct_size = sizeof answers;
  answers.capacity = users * k;
  answers.rows = row;
  answers.scores = score;
  return answers;
}

akin_handle made(int32_t metric) {
  akin_texts numbers = {0};
  static uint64_t own[items];
  for (int row = 0; row < items; row++) own[row] = 10 * (uint64_t)row + 3;
  numbers.struct_size = sizeof numbers;
  numbers.kind = AKIN_NUMBERS;
  numbers.count = items;
  numbers.numbers = own;
  akin_handle embeddings = 0;
  OK(akin_embeddings_make(vectors, items, wide, metric, &numbers, NULL, &embeddings));
  return embeddings;
}

int main(int count, char **words) {
  CHECK(count == 2);
  directory = words[1];
  CHECK(akin_abi() == AKIN_ABI && strlen(akin_version()) > 0);
  for (int place = 0; place < items * wide; place++) vectors[place] = (float)(uniform() - 0.5);
  searches();
  trains();
  attributes();
  changes();
  refuses();
  races();
  printf("libakin %s: all checks hold\n", akin_version());
  return 0;
}
