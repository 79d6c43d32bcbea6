#include "error.h"

#include <stdio.h>
#include <string.h>

int
error_set(struct error *e, enum error_code code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return -1;
	memset(e, 0, sizeof(*e));
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	return -1;
}

int
error_hint(struct error *e, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
	return -1;
}

int
error_at(struct error *e, const char *file, uint32_t line, uint32_t column)
{
	if (e == NULL)
		return -1;
	snprintf(e->file, sizeof(e->file), "%s", file == NULL ? "" : file);
	e->line = line;
	e->column = column;
	return -1;
}

int
error_memory(struct error *e)
{
	return error_set(e, ERROR_SYSTEM, "out of memory");
}
