// A disk that fills up, or a process that is killed, after a number of bytes.
//
// Loaded before the C library (LD_PRELOAD), it counts the bytes that a program
// writes below a folder. From the limit on every write fails as on a full disk
// that copies on write, or the process is killed in the middle of a write, which
// leaves a torn block behind.
//
//   TRE_FAULT_DIR    the folder
//   TRE_FAULT_AFTER  the limit in bytes
//   TRE_FAULT_KIND   full or kill
//   TRE_FAULT_COUNT  a file of 8 bytes that holds the bytes counted so far
//
// Go writes its own files by system calls, which do not pass here; DuckDB's
// writes do.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long long own_count, *count = &own_count, limit = LLONG_MAX;
static const char *folder;
static int kills;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
  folder = getenv("TRE_FAULT_DIR");
  if (getenv("TRE_FAULT_AFTER")) limit = atoll(getenv("TRE_FAULT_AFTER"));
  kills = getenv("TRE_FAULT_KIND") && !strcmp(getenv("TRE_FAULT_KIND"), "kill");
  const char *shared = getenv("TRE_FAULT_COUNT");
  int fd = shared ? open(shared, O_RDWR) : -1;
  if (fd < 0) return;
  void *at = mmap(0, sizeof(long long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at != MAP_FAILED) count = at;
  close(fd);
}

static int below(int fd) {
  char link[64], path[PATH_MAX];
  if (!folder) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  size_t length = strlen(folder);
  return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

#define REAL(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// strikes counts a write and reports whether the fault strikes it; part is what
// of it still fits.
static int strikes(int fd, size_t wanted, size_t *part) {
  if (!below(fd)) return 0;
  pthread_mutex_lock(&lock);
  int struck = *count + (long long)wanted > limit;
  *part = limit > *count ? limit - *count : 0;
  *count += wanted;
  pthread_mutex_unlock(&lock);
  if (struck) errno = ENOSPC;
  return struck;
}

static void die(void) { kill(getpid(), SIGKILL), pause(); }

ssize_t write(int fd, const void *from, size_t n) {
  size_t part;
  if (!strikes(fd, n, &part)) return (REAL(write))(fd, from, n);
  if (kills) (REAL(write))(fd, from, part), die();
  return -1;
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at) {
  size_t part;
  if (!strikes(fd, n, &part)) return (REAL(pwrite))(fd, from, n, at);
  if (kills) (REAL(pwrite))(fd, from, part, at), die();
  return -1;
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at) {
  size_t part;
  if (!strikes(fd, n, &part)) return (REAL(pwrite64))(fd, from, n, at);
  if (kills) (REAL(pwrite64))(fd, from, part, at), die();
  return -1;
}

ssize_t writev(int fd, const struct iovec *from, int parts) {
  size_t n = 0, part;
  for (int i = 0; i < parts; i++) n += from[i].iov_len;
  if (!strikes(fd, n, &part)) return (REAL(writev))(fd, from, parts);
  if (kills) die();
  return -1;
}

int posix_fallocate(int fd, off_t at, off_t n) {
  size_t part;
  if (!strikes(fd, n, &part)) return (REAL(posix_fallocate))(fd, at, n);
  if (kills) die();
  return ENOSPC;
}
