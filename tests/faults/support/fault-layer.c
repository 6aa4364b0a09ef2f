/*
 * A layer between a server and its files (LD_PRELOAD): makes write, fsync and fdatasync fail, ends the process
 * around an fsync, and can take back what was written since the last fsync, as a loss of power does.
 *
 * FAULT_CONTROL names a file of eight-byte numbers that both sides map; the order of its slots is the same in
 * fault-layer.ts. FAULT_FILES is a part of the paths that are concerned; shared-memory files are never.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SYNC_MODE, SYNC_SKIP, SYNC_TIMES, WRITE_ERRNO, WRITE_SKIP, WRITE_TIMES, SYNCS, SYNCS_STRUCK, WRITES, WRITES_STRUCK, BYTES_LOST, SLOTS };
enum { SYNC_GOOD, SYNC_FAILS, SYNC_FAILS_AND_LOSES, SYNC_KILLS_BEFORE, SYNC_KILLS_BEFORE_AND_LOSES, SYNC_KILLS_AFTER };

static volatile int64_t *control;
static const char *files;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  const char *path = getenv("FAULT_CONTROL");
  files = getenv("FAULT_FILES");
  if (!path || !files) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, SLOTS * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) control = mapped;
}

static int concerned(int fd) {
  if (!control) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strstr(path, files) != NULL && strstr(path, "-shm") == NULL;
}

/* A fault strikes after so many calls that are let pass, and so many times (below zero: until it is taken back). */
static int strikes(int mode, int skip, int times) {
  if (control[mode] == 0 || control[times] == 0) return 0;
  if (control[skip] > 0) {
    control[skip]--;
    return 0;
  }
  if (control[times] > 0) control[times]--;
  return 1;
}

/* What stood where something was written since the last fsync of that file; the newest first. */
struct before {
  dev_t device;
  ino_t file;
  int fd;
  off_t offset;
  size_t length;
  off_t size;
  char *bytes;
  struct before *older;
};
static struct before *unsynced;

static void remember(int fd, off_t offset, size_t length) {
  struct stat status;
  if (fstat(fd, &status) != 0) return;
  struct before *entry = malloc(sizeof *entry);
  char *bytes = malloc(length ? length : 1);
  if (!entry || !bytes) abort();
  ssize_t kept = pread(fd, bytes, length, offset);
  *entry = (struct before){status.st_dev, status.st_ino, fd, offset, kept > 0 ? (size_t)kept : 0, status.st_size, bytes, unsynced};
  unsynced = entry;
}

static void take_back(void) {
  while (unsynced) {
    struct before *entry = unsynced;
    struct stat status;
    if (fstat(entry->fd, &status) == 0 && status.st_ino == entry->file && status.st_dev == entry->device) {
      if (entry->length) real_pwrite(entry->fd, entry->bytes, entry->length, entry->offset);
      if (status.st_size != entry->size) real_ftruncate(entry->fd, entry->size);
      control[BYTES_LOST] += entry->length ? (int64_t)entry->length : (int64_t)(status.st_size - entry->size);
    }
    unsynced = entry->older;
    free(entry->bytes);
    free(entry);
  }
}

static void synced(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return;
  for (struct before **place = &unsynced; *place;) {
    struct before *entry = *place;
    if (entry->file != status.st_ino || entry->device != status.st_dev) {
      place = &entry->older;
      continue;
    }
    *place = entry->older;
    free(entry->bytes);
    free(entry);
  }
}

static int sync_with(int (*real)(int), int fd) {
  if (!concerned(fd)) return real(fd);
  pthread_mutex_lock(&lock);
  control[SYNCS]++;
  int mode = strikes(SYNC_MODE, SYNC_SKIP, SYNC_TIMES) ? (int)control[SYNC_MODE] : SYNC_GOOD;
  if (mode != SYNC_GOOD) control[SYNCS_STRUCK]++;
  if (mode == SYNC_KILLS_BEFORE_AND_LOSES || mode == SYNC_FAILS_AND_LOSES) take_back();
  if (mode == SYNC_KILLS_BEFORE || mode == SYNC_KILLS_BEFORE_AND_LOSES) kill(getpid(), SIGKILL);
  int result = -1;
  if (mode == SYNC_FAILS || mode == SYNC_FAILS_AND_LOSES) {
    errno = EIO;
  } else {
    result = real(fd);
    if (result == 0) synced(fd);
    if (mode == SYNC_KILLS_AFTER) kill(getpid(), SIGKILL);
  }
  int why = errno;
  pthread_mutex_unlock(&lock);
  errno = why;
  return result;
}

int fsync(int fd) { return sync_with(real_fsync, fd); }
int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }

/* Locked where it answers 1: the write may go on. */
static int may_write(int fd, off_t offset, size_t length) {
  pthread_mutex_lock(&lock);
  control[WRITES]++;
  if (strikes(WRITE_ERRNO, WRITE_SKIP, WRITE_TIMES)) {
    control[WRITES_STRUCK]++;
    int why = (int)control[WRITE_ERRNO];
    pthread_mutex_unlock(&lock);
    errno = why;
    return 0;
  }
  remember(fd, offset, length);
  return 1;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!concerned(fd)) return real_write(fd, bytes, length);
  if (!may_write(fd, lseek(fd, 0, SEEK_CUR), length)) return -1;
  ssize_t written = real_write(fd, bytes, length);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  if (!concerned(fd)) return real_pwrite(fd, bytes, length, offset);
  if (!may_write(fd, offset, length)) return -1;
  ssize_t written = real_pwrite(fd, bytes, length, offset);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

int ftruncate64(int fd, off_t length) {
  if (!concerned(fd)) return real_ftruncate(fd, length);
  struct stat status;
  pthread_mutex_lock(&lock);
  if (fstat(fd, &status) == 0 && status.st_size > length) remember(fd, length, (size_t)(status.st_size - length));
  int result = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
