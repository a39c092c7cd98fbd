// Searches: one and many, filters, files, and more items than there are.
#include "test.h"

void searches(void) {
  akin_handle embeddings = made(AKIN_COSINE), index = 0, opened = 0;
  OK(akin_index_build(embeddings, NULL, "{\"m\": 8, \"ef_construction\": 50}", NULL, &index));
  OK(akin_index_save(index, path("made.idx"), 0));
  REFUSED(AKIN_USAGE, "exists", akin_index_save(index, path("made.idx"), 0));
  OK(akin_index_save(index, path("made.idx"), 1));
  OK(akin_index_open(path("made.idx"), &opened));

  akin_request exact = usual();
  exact.effort = AKIN_EXACT;
  akin_answers first = into(rows, scores), second = into(again, same);
  first.ids = ids;
  first.counts = counts;
  OK(akin_search(index, &exact, vectors, users, wide, &first));
  OK(akin_search(opened, &exact, vectors, users, wide, &second));
  CHECK(memcmp(rows, again, sizeof rows) == 0 && memcmp(scores, same, sizeof scores) == 0);
  for (int query = 0; query < users; query++) {
    CHECK(counts[query] == k && rows[query * k] == query && fabsf(scores[query * k] - 1) < 1e-6f);
    for (int place = 0; place < k; place++) {
      CHECK(ids[query * k + place] == 10 * (uint64_t)rows[query * k + place] + 3);
      if (place > 0) CHECK(scores[query * k + place] <= scores[query * k + place - 1]);
    }
    // One query alone has the answer that it has in a batch, by every effort.
    OK(akin_search(index, &exact, vectors + query * wide, 1, wide, &second));
    CHECK(memcmp(again, rows + query * k, k * sizeof *rows) == 0);
  }

  // A filter by handle, bits of the call, and both together.
  uint64_t even[(items + 63) / 64], low[(items + 63) / 64];
  memset(even, 0x55, sizeof even);
  memset(low, 0, sizeof low);
  memset(low, 0xFF, sizeof *low);
  akin_handle filter = 0;
  int64_t allowed = 0;
  OK(akin_filter_rows(index, even, items, &filter));
  OK(akin_filter_count(filter, &allowed));
  CHECK(allowed == items / 2);
  akin_request both = exact;
  both.filter = filter;
  both.allow = low;
  both.allow_rows = items;
  OK(akin_search(index, &both, vectors, users, wide, &second));
  for (int place = 0; place < users * k; place++) CHECK(again[place] >= 0 && again[place] < 64 && again[place] % 2 == 0);
  REFUSED(AKIN_USAGE, "the filter is over 64 rows", (both.allow_rows = 64, akin_search(index, &both, vectors, 1, wide, &second)));

  // Rows that one query must not get: its own best.
  int64_t offsets[users + 1];
  uint32_t seen[users];
  for (int query = 0; query <= users; query++) offsets[query] = query;
  for (int query = 0; query < users; query++) seen[query] = (uint32_t)rows[query * k];
  akin_request without = exact;
  without.seen_offsets = offsets;
  without.seen_rows = seen;
  OK(akin_search(index, &without, vectors, users, wide, &second));
  for (int query = 0; query < users; query++) CHECK(again[query * k] == rows[query * k + 1]);

  // More items than there are: places without an item are told.
  akin_request all = exact;
  all.k = items + 5;
  int64_t *long_rows = calloc(items + 5, sizeof *long_rows);
  akin_answers long_answers = {0};
  long_answers.struct_size = sizeof long_answers;
  long_answers.capacity = items + 5;
  long_answers.rows = long_rows;
  OK(akin_search(index, &all, vectors, 1, wide, &long_answers));
  CHECK(long_rows[items - 1] >= 0 && long_rows[items] == -1 && long_rows[items + 4] == -1);
  free(long_rows);

  int64_t wanted[3] = {5, 599, 0};
  OK(akin_related(index, &exact, wanted, 3, &second));
  for (int place = 0; place < 3 * k; place++) CHECK(again[place] >= 0 && again[place] != wanted[place / k]);
  OK(akin_close(filter));
  REFUSED(AKIN_USAGE, "closed", akin_filter_count(filter, &allowed));
  OK(akin_close(opened));
  OK(akin_close(index));
  OK(akin_close(embeddings));
}
