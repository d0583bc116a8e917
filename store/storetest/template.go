package storetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// What is made once and copied: initdb takes seconds, a copy a tenth of one.

// cluster makes a cluster's files in a folder of the user that serves it, as a
// copy of those that initdb once made for this version of PostgreSQL.
func cluster(bin, dir string) error {
	made, err := initialised(bin)
	if err != nil {
		return err
	}
	if out, err := exec.Command("cp", "-a", made, filepath.Join(dir, "data")).CombinedOutput(); err != nil {
		return fmt.Errorf("copying a cluster: %w\n%s", err, out)
	}
	return nil
}

// initialised is the folder, among the user's caches, of a cluster that nobody
// has started. Whoever is first makes it, beside its place, so that it is there
// whole or not at all.
func initialised(bin string) (string, error) {
	version, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return "", fmt.Errorf("PostgreSQL's version: %w", err)
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		caches = os.TempDir()
	}
	caches = filepath.Join(caches, "webtrunk-storetest")
	made := filepath.Join(caches, strings.Map(asFileName, strings.TrimSpace(string(version)))+"-1") // count up when initdb is called otherwise
	if _, err := os.Stat(made); err == nil {
		return made, nil
	}
	if err := os.MkdirAll(caches, 0o700); err != nil {
		return "", err
	}
	fresh, err := initialise(bin)
	defer os.RemoveAll(fresh)
	if err != nil {
		return "", err
	}
	beside, err := os.MkdirTemp(caches, "making-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(beside)
	if out, err := exec.Command("cp", "-a", filepath.Join(fresh, "data"), beside).CombinedOutput(); err != nil {
		return "", fmt.Errorf("keeping a cluster: %w\n%s", err, out)
	}
	syscall.Sync() // its name is not to survive a loss of power that its contents do not
	if err := os.Rename(filepath.Join(beside, "data"), made); err != nil {
		if _, there := os.Stat(made); there != nil {
			return "", err
		}
	}
	return made, nil
}

func asFileName(r rune) rune {
	if strings.ContainsRune(`/\: `, r) {
		return '-'
	}
	return r
}

// initialise runs initdb in a temporary folder, as a user that may:
// PostgreSQL refuses to be root.
func initialise(bin string) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "webtrunk-initdb-"); err != nil {
		return "", err
	}
	passwords := filepath.Join(dir, "password")
	if err := os.WriteFile(passwords, []byte(password+"\n"), 0o600); err != nil {
		return dir, err
	}
	who, err := unprivileged()
	if err != nil {
		return dir, err
	}
	if err := give(who, dir, passwords); err != nil {
		return dir, err
	}
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", dir+"/data", "-U", "gateway", "-A", "scram-sha-256",
		"--pwfile", passwords, "-E", "UTF8", "--locale=C", "--wal-segsize=4", "--no-sync", "--no-instructions")
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: who}
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return dir, nil
}

// give makes a user the owner of files; nil is who runs this process.
func give(who *syscall.Credential, paths ...string) error {
	for _, path := range paths {
		if who != nil {
			if err := os.Chown(path, int(who.Uid), int(who.Gid)); err != nil {
				return err
			}
		}
	}
	return nil
}
