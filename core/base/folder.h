/* Directories, where a file in them must outlive a crash. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

/*
 * Have the entry of the file PATH in its directory written out. 0; also where
 * the file system cannot sync a directory: the data is safe. -1 with errno.
 */
int folder_sync(const char *path);

#endif
