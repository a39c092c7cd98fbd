// Arguments that no program should give: each is an error with its sentence.
#include "test.h"

static void *alone(void *unused) {
  (void)unused;
  CHECK(strcmp(akin_last_error(), "") == 0);
  REFUSED(AKIN_USAGE, "closed", akin_close(12345));
  return NULL;
}

void refuses(void) {
  akin_handle embeddings = made(AKIN_INNER_PRODUCT), index = 0, other = 0;
  OK(akin_index_build(embeddings, NULL, NULL, NULL, &index));
  akin_request request = usual();
  akin_answers answers = into(rows, scores);
  REFUSED(AKIN_USAGE, "of an index, found that of embeddings", akin_search(embeddings, &request, vectors, 1, wide, &answers));
  REFUSED(AKIN_USAGE, "'queries' must not be null", akin_search(index, &request, NULL, 1, wide, &answers));
  REFUSED(AKIN_USAGE, "'akin_answers' must not be null", akin_search(index, &request, vectors, 1, wide, NULL));
  REFUSED(AKIN_USAGE, "'count' must be", akin_search(index, &request, vectors, -1, wide, &answers));
  REFUSED(AKIN_USAGE, "'count' must be", akin_search(index, &request, vectors, INT64_MAX, wide, &answers));
  REFUSED(AKIN_USAGE, "room for", akin_search(index, &request, vectors, items, wide, &answers));
  REFUSED(AKIN_BAD_INPUT, "dimensions", akin_search(index, &request, vectors, 1, wide - 1, &answers));
  REFUSED(AKIN_BAD_INPUT, "dimensions", akin_search(index, &request, vectors, 1, INT64_MIN, &answers));
  int64_t counts_of_k[] = {0, -1, INT64_MIN};
  for (int place = 0; place < 3; place++) {
    request.k = counts_of_k[place];
    REFUSED(AKIN_USAGE, "k must be at least 1", akin_search(index, &request, vectors, 1, wide, &answers));
  }
  request.k = INT64_MAX;
  REFUSED(AKIN_USAGE, "room for", akin_search(index, &request, vectors, 1, wide, &answers));
  REFUSED(AKIN_USAGE, "room for", akin_search(index, &request, vectors, 3, wide, &answers));
  request = usual();
  request.effort = 17;
  REFUSED(AKIN_USAGE, "'effort' has no choice 17", akin_search(index, &request, vectors, 1, wide, &answers));
  request.effort = AKIN_EF;
  request.ef = 0;
  REFUSED(AKIN_USAGE, "ef must be at least 1", akin_search(index, &request, vectors, 1, wide, &answers));
  request.ef = INT64_MAX;
  OK(akin_search(index, &request, vectors, 1, wide, &answers));
  OK(akin_search(index, &request, vectors, users, wide, &answers));
  request.effort = AKIN_RECALL;
  double bad[] = {0, -1, 1.5, NAN, INFINITY};
  for (int place = 0; place < 5; place++) {
    request.recall = bad[place];
    REFUSED(AKIN_USAGE, "a recall must be", akin_search(index, &request, vectors, 1, wide, &answers));
    REFUSED(AKIN_USAGE, "a recall must be", akin_search(index, &request, vectors, 3, wide, &answers));
  }
  request.recall = 0.9999999;
  OK(akin_search(index, &request, vectors, 3, wide, &answers));
  request.refuses_fallback = 1;
  REFUSED(AKIN_BAD_INPUT, "cannot promise a recall", akin_search(index, &request, vectors, 3, wide, &answers));
  request = usual();
  request.diversity = NAN;
  REFUSED(AKIN_USAGE, "a diversity must be", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  request.struct_size = 8;
  REFUSED(AKIN_USAGE, "the size of akin_request", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  request.threads = -3;
  REFUSED(AKIN_USAGE, "'threads' must be", akin_search(index, &request, vectors, 3, wide, &answers));
  request = usual();
  request.where = "year >= 1990";
  REFUSED(AKIN_BAD_INPUT, "year", akin_search(index, &request, vectors, 1, wide, &answers));
  request.where = "year >=";
  REFUSED(AKIN_USAGE, "filter", akin_search(index, &request, vectors, 1, wide, &answers));
  request.where = "\xFF\xFE";
  REFUSED(AKIN_USAGE, "'where' must be UTF-8", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  request.filter = index;
  REFUSED(AKIN_USAGE, "handle of a filter", akin_search(index, &request, vectors, 1, wide, &answers));
  request = usual();
  int64_t descending[] = {0, 5, 2};
  uint32_t far[] = {1, 2, items, 4, 5};
  request.seen_offsets = descending;
  request.seen_rows = far;
  REFUSED(AKIN_USAGE, "'seen_offsets' must ascend", akin_search(index, &request, vectors, 2, wide, &answers));
  descending[2] = 5;
  REFUSED(AKIN_USAGE, "'seen_rows' has 600", akin_search(index, &request, vectors, 2, wide, &answers));
  float broken[wide] = {0};
  broken[3] = NAN;
  request = usual();
  REFUSED(AKIN_BAD_INPUT, "NaN", akin_search(index, &request, broken, 1, wide, &answers));
  OK(akin_search(index, &request, NULL, 0, wide, &answers));
  OK(akin_search(index, NULL, vectors, 1, wide, &(akin_answers){.struct_size = sizeof(akin_answers), .capacity = 10}));

  int64_t outside[] = {0, items, -1};
  for (int place = 1; place < 3; place++) {
    REFUSED(AKIN_USAGE, "'items' has", akin_related(index, &request, outside + place, 1, &answers));
    REFUSED(AKIN_USAGE, "'items' has", akin_related(index, &request, outside, place + 1, &answers));
  }
  REFUSED(AKIN_USAGE, "handle of a recommender", akin_recommend(index, &request, outside, 1, &answers));
  REFUSED(AKIN_BAD_INPUT, "components", akin_embeddings_make(vectors, 1, 0, 0, NULL, NULL, &other));
  REFUSED(AKIN_BAD_INPUT, "components", akin_embeddings_make(vectors, 1, 1 << 20, 0, NULL, NULL, &other));
  REFUSED(AKIN_IO, "no memory", akin_embeddings_make(vectors, (INT64_C(1) << 32) - 2, 65536, 0, NULL, NULL, &other));
  REFUSED(AKIN_USAGE, "'metric' has no choice", akin_embeddings_make(vectors, 1, wide, 9, NULL, NULL, &other));
  REFUSED(AKIN_USAGE, "'metric' has no choice", akin_embeddings_make(vectors, 1, wide, -1, NULL, NULL, &other));
  akin_texts short_ids = {.struct_size = sizeof short_ids, .kind = AKIN_ROW_NUMBERS, .count = 3};
  REFUSED(AKIN_USAGE, "'ids' must have 5 entries", akin_embeddings_make(vectors, 5, wide, 0, &short_ids, NULL, &other));
  const uint64_t twice[] = {1, 1, 2};
  akin_texts equal = {.struct_size = sizeof equal, .kind = AKIN_NUMBERS, .count = 3, .numbers = twice};
  CHECK(akin_embeddings_make(vectors, 3, wide, 0, &equal, NULL, &other) == AKIN_BAD_INPUT);
  vectors[5] = INFINITY;
  CHECK(akin_embeddings_make(vectors, 3, wide, 0, NULL, NULL, &other) == AKIN_BAD_INPUT);
  vectors[5] = 1;
  CHECK(other == 0);

  // Null for everything, and for each pointer in turn where one is needed.
  CHECK(akin_embeddings_open(NULL, &other) == AKIN_USAGE && akin_embeddings_open("x", NULL) == AKIN_USAGE);
  CHECK(akin_index_open(NULL, &other) == AKIN_USAGE && akin_index_open("x", NULL) == AKIN_USAGE);
  CHECK(akin_embeddings_make(NULL, 3, wide, 0, NULL, NULL, &other) == AKIN_USAGE);
  CHECK(akin_embeddings_save(embeddings, NULL, 0) == AKIN_USAGE && akin_index_save(index, NULL, 0) == AKIN_USAGE);
  CHECK(akin_index_build(embeddings, NULL, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_index_embeddings(index, NULL) == AKIN_USAGE);
  REFUSED(AKIN_BAD_INPUT, "holds no embeddings", akin_index_embeddings(index, &other));
  CHECK(akin_vectors(embeddings, 0, NULL, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_biases(embeddings, 0, NULL, items) == AKIN_USAGE && akin_biases(embeddings, 2, scores, items) == AKIN_USAGE);
  REFUSED(AKIN_USAGE, "'biases' must have 600", akin_biases(embeddings, 0, scores, 3));
  CHECK(akin_describe(embeddings, NULL) == AKIN_USAGE && akin_ids(embeddings, 0, NULL) == AKIN_USAGE);
  CHECK(akin_titles(embeddings, NULL) == AKIN_USAGE && akin_rows(embeddings, 0, NULL, rows) == AKIN_USAGE);
  CHECK(akin_rows(embeddings, 0, &equal, NULL) == AKIN_USAGE);
  CHECK(akin_train(NULL, NULL, NULL, &other) == AKIN_USAGE && akin_train(NULL, NULL, NULL, NULL) == AKIN_USAGE);
  akin_interactions nothing = {.struct_size = sizeof nothing, .count = 4};
  CHECK(akin_train(&nothing, NULL, NULL, &other) == AKIN_USAGE);
  CHECK(akin_filter_where(index, NULL, &other) == AKIN_USAGE && akin_filter_rows(index, NULL, items, &other) == AKIN_USAGE);
  CHECK(akin_filter_where(index, "a = 1", NULL) == AKIN_USAGE && akin_filter_count(0, NULL) == AKIN_USAGE);
  CHECK(akin_recommender(index, 0, NULL) == AKIN_USAGE && akin_cancellation(NULL) == AKIN_USAGE && akin_cancel(0) == AKIN_USAGE);
  CHECK(akin_run(NULL, 2, NULL, NULL, NULL) == AKIN_USAGE);
  const char *const hole[] = {"info", NULL};
  CHECK(akin_run(hole, 2, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_create(NULL, embeddings, NULL, 0, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_add(NULL, embeddings, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_delete(path("none"), NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_compact(path("none"), 1, 0, NULL, NULL) != AKIN_OK);
  CHECK(akin_catalogue_open(NULL, 1, &other) == AKIN_USAGE);
  CHECK(akin_catalogue_segment(NULL, embeddings, NULL, NULL, NULL) == AKIN_USAGE);
  CHECK(akin_catalogue_adopt("none", "none", NULL, NULL, 0, 1, NULL, NULL) == AKIN_USAGE);
  akin_free(NULL);
  akin_texts_free(NULL);

  // Handles that never were, and one that was: of it no later handle is taken.
  uint64_t strange[] = {0, 1, UINT64_MAX, index + 1, index ^ (UINT64_C(1) << 32), embeddings << 32};
  for (int place = 0; place < 6; place++) {
    CHECK(akin_search(strange[place], &request, vectors, 1, wide, &answers) == AKIN_USAGE);
    CHECK(akin_describe(strange[place], &(akin_facts){.struct_size = sizeof(akin_facts)}) == AKIN_USAGE);
  }
  OK(akin_close(index));
  REFUSED(AKIN_USAGE, "closed", akin_close(index));
  akin_handle later = made(AKIN_COSINE);
  CHECK(later != index);
  REFUSED(AKIN_USAGE, "closed", akin_search(index, &request, vectors, 1, wide, &answers));
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, alone, NULL) == 0 && pthread_join(thread, NULL) == 0);
  OK(akin_close(later));
  OK(akin_close(embeddings));
}
