// Several threads, and a handle that is closed under them.
#include "test.h"

static akin_handle shared;
static void *ask(void *result) {
  akin_request request = usual();
  int64_t own[k];
  akin_answers answers = {.struct_size = sizeof answers, .capacity = k, .rows = own};
  int32_t status = AKIN_OK;
  int calls = 0;
  while (status == AKIN_OK && calls++ < 100000)
    status = akin_search(shared, &request, vectors + calls % items * wide, 1, wide, &answers);
  *(int32_t *)result = status;
  return NULL;
}

void races(void) {
  akin_handle embeddings = made(AKIN_COSINE);
  OK(akin_index_build(embeddings, NULL, NULL, NULL, &shared));
  OK(akin_close(embeddings));
  pthread_t threads[4];
  int32_t results[4];
  for (int place = 0; place < 4; place++) CHECK(pthread_create(threads + place, NULL, ask, results + place) == 0);
  akin_request request = usual();
  akin_answers answers = into(rows, scores);
  for (int turn = 0; turn < 20; turn++) OK(akin_search(shared, &request, vectors, users, wide, &answers));
  OK(akin_close(shared));
  for (int place = 0; place < 4; place++) {
    CHECK(pthread_join(threads[place], NULL) == 0);
    CHECK(results[place] == AKIN_USAGE);
  }
}
