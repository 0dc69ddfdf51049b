package extract

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// The names of hashes in entries of the ledger.
const (
	PlanHash     = "plan"
	SpecHash     = "spec"
	ManifestHash = "manifest"
	previousHash = "previous_manifest"
	deliveryHash = "delivery"
	permissions  = "permissions"
	mapping      = "mapping"
)

// PlanEvent returns the event of planning.
func (p Plan) PlanEvent() ledger.Event {
	return ledger.Event{Kind: ledger.Plan, Subject: p.Project, Hashes: map[string]string{PlanHash: p.Hash, SpecHash: p.Spec}}
}

// RunEvent returns the event of a run. Which manifest is the one before is settled
// while nobody else can begin a run: it is that of the last run of another plan of
// the project, whatever its letter, when this plan was first begun, so that a plan
// that is run again makes the same bytes.
func (p Plan) RunEvent() ledger.Event {
	return ledger.Event{
		Kind: ledger.Run, Subject: p.Project, Hashes: map[string]string{PlanHash: p.Hash, SpecHash: p.Spec},
		Settle: func(log ledger.Log) map[string]string {
			if before := p.manifestBefore(log); before != "" {
				return map[string]string{previousHash: before}
			}
			return nil
		},
	}
}

func (p Plan) manifestBefore(log ledger.Log) string {
	last := ""
	for _, entry := range log.Entries {
		switch {
		case entry.Kind != ledger.Run || !p.amends(entry.Subject):
		case entry.Phase == ledger.Begun && entry.Hashes[PlanHash] == p.Hash:
			return entry.Hashes[previousHash]
		case entry.Phase == ledger.Done:
			last = entry.Hashes[ManifestHash]
		}
	}
	return last
}

// amends reports whether a name is the project's own or another amendment's of it.
func (p Plan) amends(name string) bool {
	own, ownErr := spec.ParseProjectID(p.Project)
	other, err := spec.ParseProjectID(name)
	return ownErr == nil && err == nil && other.Number() == own.Number()
}

// Previous returns the hash of the manifest before, of a run that has begun.
func Previous(begun ledger.Entry) string { return begun.Hashes[previousHash] }

// RunHashes returns the hashes by which a ledger finds the run that made a
// manifest.
func RunHashes(made Manifest) (map[string]string, error) {
	text, err := made.MarshalJSON()
	return map[string]string{PlanHash: made.PlanHash, ManifestHash: manifest.SHA256(text)}, err
}

// Source is a version or a freeze in a workspace, and the hashes of the files
// that it was made from.
type Source struct {
	Kind    ledger.Kind // Load or Freeze
	Subject string
	Hashes  map[string]string
}

// ListSources lists the versions and freezes of a workspace.
func ListSources(ctx context.Context, w *warehouse.Warehouse) ([]Source, error) {
	var list []Source
	err := w.Each(ctx, statements["13_sources"], nil, func(scan func(...any) error) error {
		var kind, subject, first, second string
		err := scan(&kind, &subject, &first, &second)
		source := Source{ledger.Kind(kind), subject, map[string]string{deliveryHash: first}}
		if source.Kind == ledger.Freeze {
			source.Hashes = map[string]string{permissions: first, mapping: second}
		}
		list = append(list, source)
		return err
	})
	return list, err
}

// FindSource returns the hashes of a version or a freeze in a workspace.
func FindSource(ctx context.Context, w *warehouse.Warehouse, kind ledger.Kind, subject string) (map[string]string, error) {
	list, err := ListSources(ctx, w)
	for _, source := range list {
		if source.Kind == kind && source.Subject == subject {
			return source.Hashes, err
		}
	}
	return nil, err
}

// Unrecorded says what is in a workspace and has no entry in its ledger, and what
// the ledger says was made and is not there.
func Unrecorded(ctx context.Context, w *warehouse.Warehouse, log ledger.Log) ([]string, error) {
	list, err := ListSources(ctx, w)
	if err != nil {
		return nil, err
	}
	said := []string{}
	there := map[string]bool{}
	for _, source := range list {
		there[source.Subject] = true
		_, found := log.Find(func(e ledger.Entry) bool {
			return e.Kind == source.Kind && e.Phase == ledger.Done && e.Subject == source.Subject && maps.Equal(e.Hashes, source.Hashes)
		})
		if !found {
			said = append(said, fmt.Sprintf("%s is in the workspace, and no entry says that it was made of these files", source.Subject))
		}
	}
	for _, entry := range log.Entries {
		made := entry.Phase == ledger.Done && (entry.Kind == ledger.Load || entry.Kind == ledger.Freeze)
		if made && !there[entry.Subject] {
			said = append(said, fmt.Sprintf("entry %d: says that %s was made, and it is not in the workspace", entry.Number, entry.Subject))
		}
	}
	return said, nil
}

// Recorded returns what a ledger says of a manifest's bytes.
func Recorded(log ledger.Log, text []byte, planHash string) (*manifest.Record, error) {
	report, err := log.Verify("")
	if err != nil {
		return nil, err
	}
	record := &manifest.Record{}
	for _, fault := range report.Faults {
		record.Broken = fault.Message
		break
	}
	hash := manifest.SHA256(text)
	_, record.Done = log.Find(func(e ledger.Entry) bool {
		return e.Kind == ledger.Run && e.Phase == ledger.Done && e.Hashes[ManifestHash] == hash
	})
	for _, open := range log.Open() {
		record.Begun = record.Begun || open.Kind == ledger.Run && open.Hashes[PlanHash] == planHash
	}
	return record, nil
}

// Present says what has become of everything that an extract was made from. The
// project's sources are nil when they are not known; datasets are those whose
// specifications are.
func Present(ctx context.Context, w *warehouse.Warehouse, made Manifest, datasets map[string]spec.Dataset, project *Sources) (manifest.Present, error) {
	now := manifest.Present{Versions: []manifest.Version{}}
	var err error
	if now.Freeze, err = presentFreeze(ctx, w, made.Freeze); err != nil {
		return now, err
	}
	done := map[string]bool{}
	for _, table := range made.Tables {
		if done[table.Dataset] {
			continue
		}
		done[table.Dataset] = true
		version, err := presentVersion(ctx, w, table.Dataset, datasets)
		if err != nil {
			return now, err
		}
		now.Versions = append(now.Versions, version)
	}
	if project == nil {
		return now, nil
	}
	now.Spec = presentSpec(*project)
	now.Plan, err = presentPlan(ctx, w, *project)
	return now, err
}

// isAbsent reports whether an error says that something is not there, or not as
// it is asked for, and not that looking failed.
func isAbsent(err error) bool {
	var input *diagnostic.Input
	var refusal *diagnostic.Refusal
	var invalid *spec.Invalid
	return errors.As(err, &input) || errors.As(err, &refusal) || errors.As(err, &invalid)
}

func presentFreeze(ctx context.Context, w *warehouse.Warehouse, number int) (*manifest.Freeze, error) {
	freeze, err := linkage.Find(ctx, w, number)
	if isAbsent(err) || number < 1 {
		return &manifest.Freeze{}, nil
	}
	if err != nil {
		return nil, err
	}
	from, err := freezeSources(ctx, w, number)
	return &manifest.Freeze{Number: freeze.Number, Date: freeze.Date.String(), From: from}, err
}

func presentVersion(ctx context.Context, w *warehouse.Warehouse, name string, datasets map[string]spec.Dataset) (manifest.Version, error) {
	present := manifest.Version{Name: name}
	parsed, err := spec.ParseDatasetVersion(name)
	dataset, known := datasets[parsed.Dataset]
	if err != nil || !known {
		return present, nil
	}
	list, err := versions.List(ctx, w, dataset)
	if err != nil {
		return present, err
	}
	for _, version := range list {
		if version.Name.String() == name {
			present.Delivery = version.DeliverySHA256
		}
		if version.Name.Number > parsed.Number {
			present.Newer = version.Name.String()
		}
	}
	return present, nil
}

func presentSpec(project Sources) *manifest.Spec {
	now := &manifest.Spec{SHA256: project.Project.SHA256(), Freeze: project.Project.Freeze}
	if err := inForce(project.Project, project.Today); err != nil {
		var refusal *diagnostic.Refusal
		if errors.As(err, &refusal) {
			now.Approval = refusal.Message
		}
	}
	return now
}

// presentPlan plans the project again, whatever day it is; a project that cannot
// be planned any more has no plan.
func presentPlan(ctx context.Context, w *warehouse.Warehouse, project Sources) (*manifest.Plan, error) {
	project.Today = spec.Date{}
	plan, err := Make(ctx, w, project)
	if isAbsent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var now Manifest
	err = now.SetPlan(plan)
	return &now.Plan, err
}
