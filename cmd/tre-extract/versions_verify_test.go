package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/warehouse"
)

func TestVersionsVerifyNamesTheTableThatWasChanged(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "ws")
	require.NoError(t, os.CopyFS(dir, os.DirFS(shared(t).loaded)))
	w, err := warehouse.OpenForWriting(ctx, dir, "test", warehouse.Settings{})
	require.NoError(t, err)
	require.NoError(t, w.Transaction(ctx, func() error {
		_, err := w.Run(ctx, warehouse.MustLoad(os.DirFS("testdata/versions"))["10_change_a_cell"], nil)
		return err
	}))
	require.NoError(t, w.Close())

	var out, talk bytes.Buffer
	code := run(ctx, cli.Streams{In: bytes.NewReader(nil), Out: &out, Err: &talk}, []string{"versions", "verify", "-w", dir})
	assert.Equal(t, cli.Refused, code)
	assert.Equal(t, "NHSE_IAPT@3 care_cluster: the content is not what was loaded\n17 of 18 tables unchanged\n", out.String())
	assert.Empty(t, talk.String())
	assert.NoError(t, runHere("versions", "verify", "NHSE_IAPT@2", "-w", dir))
}
