// The error of a thread, as the library sets it; no part of the interface.
#ifndef AKIN_ERRORS_H
#define AKIN_ERRORS_H

/// Copies the sentence of an error of this thread and its remedy; empty texts for none.
void akin_set_error(const char *sentence, const char *help);

#endif
