// Catalogues, and the command in the process.
#include "test.h"

#include <sys/stat.h>

static void catalogues(void) {
  akin_handle embeddings = made(AKIN_COSINE), catalogue = 0;
  char *change = NULL;
  OK(akin_catalogue_create(path("shop"), embeddings, NULL, 0, NULL, &change));
  CHECK(strstr(change, "\"added\":600"));
  akin_free(change);
  REFUSED(AKIN_USAGE, "holds a catalogue", akin_catalogue_create(path("shop"), embeddings, NULL, 0, NULL, NULL));
  uint64_t gone[2] = {3, 4};
  akin_texts some = {.struct_size = sizeof some, .kind = AKIN_NUMBERS, .count = 2, .numbers = gone};
  OK(akin_catalogue_delete(path("shop"), &some, NULL, &change));
  CHECK(strstr(change, "\"deleted\":1") && strstr(change, "\"unknown\":1"));
  akin_free(change);
  OK(akin_index_open(path("shop"), &catalogue));
  akin_facts facts = {.struct_size = sizeof facts};
  OK(akin_describe(catalogue, &facts));
  CHECK(facts.kind == AKIN_CATALOGUE && facts.live == items - 1);
  akin_request exact = usual();
  exact.effort = AKIN_EXACT;
  akin_answers answers = into(rows, scores);
  answers.ids = ids;
  OK(akin_search(catalogue, &exact, vectors, 1, wide, &answers));
  for (int place = 0; place < k; place++) CHECK(ids[place] != 3 && ids[place] % 10 == 3);
  // The deleted one comes back; a reader that was there before keeps its generation.
  OK(akin_catalogue_add(path("shop"), embeddings, NULL, &change));
  CHECK(strstr(change, "\"added\":1") && strstr(change, "\"unchanged\":599"));
  akin_free(change);
  OK(akin_catalogue_compact(path("shop"), 1, 1, NULL, NULL));
  OK(akin_search(catalogue, &exact, vectors, 1, wide, &answers));
  for (int place = 0; place < k; place++) CHECK(ids[place] != 3);
  REFUSED(AKIN_USAGE, "segments", akin_catalogue_compact(path("shop"), 0, 1, NULL, NULL));
  OK(akin_close(catalogue));
  // The generation of before the compaction is gone, the newest is there by its number.
  REFUSED(AKIN_BAD_INPUT, "has no generation 1", akin_catalogue_open(path("shop"), 1, &catalogue));
  OK(akin_catalogue_open(path("shop"), facts.generation + 2, &catalogue));
  OK(akin_close(catalogue));
  OK(akin_close(embeddings));
}

// A segment that is written by itself, and the catalogue that is made of it.
static void segments(void) {
  akin_handle embeddings = made(AKIN_COSINE), catalogue = 0;
  char *text = NULL, digest[33] = "", parts[4096], whole[4096];
  snprintf(parts, sizeof parts, "%s", path("parts"));
  snprintf(whole, sizeof whole, "%s", path("whole"));
  CHECK(mkdir(parts, 0700) == 0);
  OK(akin_catalogue_segment(parts, embeddings, "{\"m\":8}", NULL, &text));
  CHECK(strstr(text, "\"rows\":600") && strstr(text, "\"linked\":false"));
  strncat(digest, strstr(text, "\"digest\":\"") + 10, 32);
  akin_free(text);
  uint64_t offsets[2] = {0, 32};
  akin_texts digests = {.struct_size = sizeof digests, .kind = AKIN_TEXTS, .count = 1, .text = digest, .offsets = offsets};
  REFUSED(AKIN_BAD_INPUT, "must be alike",
          akin_catalogue_adopt(whole, parts, &digests, "{\"m\":8,\"seed\":3}", 0, 1, NULL, NULL));
  OK(akin_catalogue_adopt(whole, parts, &digests, "{\"m\":8}", 0, 1, NULL, &text));
  CHECK(strstr(text, "\"added\":600") && strstr(text, "\"generation\":1"));
  akin_free(text);
  OK(akin_catalogue_open(whole, 1, &catalogue));
  akin_facts facts = {.struct_size = sizeof facts};
  OK(akin_describe(catalogue, &facts));
  CHECK(facts.kind == AKIN_CATALOGUE && facts.live == items && facts.generation == 1);
  OK(akin_close(catalogue));
  OK(akin_catalogue_segment(parts, embeddings, "{\"m\":8}", NULL, NULL));
  REFUSED(AKIN_USAGE, "holds a catalogue",
          akin_catalogue_adopt(whole, parts, &digests, "{\"m\":8}", 0, 0, NULL, NULL));
  OK(akin_catalogue_adopt(whole, parts, &digests, "{\"m\":8}", 1, 0, NULL, NULL));
  digest[0] = 'x';
  REFUSED(AKIN_USAGE, "'digests' must be digests",
          akin_catalogue_adopt(whole, parts, &digests, NULL, 2, 0, NULL, NULL));
  OK(akin_close(embeddings));
}

static void commands(void) {
  const char *info[] = {"info", path("t.idx"), "--json"};
  char *output = NULL, *messages = NULL;
  OK(akin_run(info, 3, NULL, &output, &messages));
  CHECK(strstr(output, "\"items\":600"));
  akin_free(output);
  akin_free(messages);
  const char *wrong[] = {"infos"};
  REFUSED(AKIN_USAGE, "unknown command 'infos'", akin_run(wrong, 1, NULL, NULL, NULL));
  CHECK(strlen(akin_last_help()) > 0);
  const char *missing[] = {"info", "nowhere.idx"};
  REFUSED(AKIN_IO, "nowhere.idx", akin_run(missing, 2, NULL, NULL, NULL));
}

void changes(void) {
  catalogues();
  segments();
  commands();
}
