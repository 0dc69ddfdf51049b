//go:build unix

package review

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// ownerOf names the owner of a file, or nobody.
func ownerOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	owned, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return ""
	}
	id := strconv.FormatUint(uint64(owned.Uid), 10)
	if found, err := user.LookupId(id); err == nil {
		return found.Username
	}
	return "user " + id
}
