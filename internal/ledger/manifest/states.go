package manifest

import (
	"fmt"
	"slices"
)

// State is what may be true of an extract that is to be released. Several may
// be true at once, and all of them are named.
type State string

// The states. The first group says that the folder is not what was made; the
// second that it is, and that what it was made from or for is not as it was.
const (
	FilesMissing    State = "files missing"
	FilesChanged    State = "files changed"
	FilesReordered  State = "files reordered"
	FilesAdded      State = "files added"
	Unsigned        State = "unsigned"
	ManifestChanged State = "manifest changed"
	SignerUnknown   State = "signer unknown"
	NotRecorded     State = "not recorded"
	LedgerChanged   State = "ledger changed"

	NeverRun          State = "never run"
	SpecChanged       State = "spec changed"
	FreezeChanged     State = "cohort or freeze changed"
	VersionChanged    State = "version changed"
	VersionSuperseded State = "version superseded"
	PlanChanged       State = "plan changed"
	KeysRotated       State = "keys rotated"
	ApprovalExpired   State = "approval expired"

	Releasable State = "releasable"
)

// broken are the states of a folder that is not what was made.
var broken = []State{FilesMissing, FilesChanged, FilesReordered, FilesAdded, Unsigned, ManifestChanged, SignerUnknown, NotRecorded, LedgerChanged}

// IsBroken reports whether a state says that the extract is not what was made,
// and not only that it is no longer current.
func (s State) IsBroken() bool { return slices.Contains(broken, s) }

// Finding is a state that applies, and what makes it so.
type Finding struct {
	State State  `json:"state"`
	Says  string `json:"says"`
}

// Present is what is known of the present, to judge an extract by. What is nil
// is not known, and its states are not judged.
type Present struct {
	Signers  []string  // public keys that count
	Record   *Record   // what the ledger has of the manifest
	Spec     *Spec     // the project as it is specified now
	Freeze   *Freeze   // the freeze of the manifest's number, in the workspace
	Versions []Version // of the manifest's datasets, in the workspace
	Key      *Key      // the workspace's newest root key
	Plan     *Plan     // the plan as it would be made now
}

// Record is what a workspace's ledger says of a manifest.
type Record struct {
	Done   bool   // a run is recorded that made it
	Begun  bool   // a run of its plan began and has no end
	Broken string // what is wrong with the ledger itself; empty when nothing is
}

// Spec is a project's specification as it is now.
type Spec struct {
	SHA256   string
	Freeze   int    // the freeze that it names
	Approval string // why nobody may have the extract today; empty when they may
}

// Freeze is a freeze as a workspace holds it; one that it does not hold is zero.
type Freeze struct {
	Number int
	Date   string
	From   Sources
}

// Version is a dataset version of the manifest as a workspace holds it; Delivery
// is empty when it does not.
type Version struct {
	Name     string // NHSE_IAPT@3
	Delivery string
	Newer    string // a later version that is loaded too, or empty
}

// Key is a root key's id and which version it is.
type Key struct {
	ID      string
	Version int
}

// Verdict is the answer about an extract.
type Verdict struct {
	Findings  []Finding `json:"states"`     // every state that applies
	NotJudged []State   `json:"not_judged"` // for want of a workspace or a specification
	SignedBy  string    `json:"signed_by,omitempty"`
}

// Has reports whether a state is among the findings.
func (v Verdict) Has(state State) bool {
	return slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.State == state })
}

// Releasable reports whether nothing speaks against the extract.
func (v Verdict) Releasable() bool { return v.Has(Releasable) }

// IsBroken reports whether the extract is not what was made.
func (v Verdict) IsBroken() bool {
	return slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.State.IsBroken() })
}

// Judge names every state that applies to an extract. It is releasable when
// nothing else does and everything could be judged.
func (f Folder) Judge(now Present) Verdict {
	judge := judge{Manifest: f.Manifest, verdict: Verdict{Findings: slices.Clone(f.Findings), NotJudged: []State{}}}
	judge.signature(f, now.Signers)
	judge.record(now.Record)
	judge.spec(now.Spec)
	judge.freeze(now.Freeze, now.Plan)
	judge.versions(now.Versions)
	judge.key(now.Key)
	judge.plan(now.Plan)
	verdict := judge.verdict
	if len(verdict.Findings) == 0 && len(verdict.NotJudged) == 0 {
		verdict.Findings = append(verdict.Findings, Finding{Releasable, "nothing speaks against it"})
	}
	if verdict.Findings == nil {
		verdict.Findings = []Finding{}
	}
	return verdict
}

type judge struct {
	Manifest
	verdict Verdict
}

func (j *judge) say(state State, format string, args ...any) {
	j.verdict.Findings = append(j.verdict.Findings, Finding{state, fmt.Sprintf(format, args...)})
}

func (j *judge) cannot(states ...State) { j.verdict.NotJudged = append(j.verdict.NotJudged, states...) }

// signature checks that the manifest is as it was signed, by the key that it
// names itself; and, with keys that count, that this is one of them.
func (j *judge) signature(f Folder, signers []string) {
	if f.Signature == nil {
		return // which is a finding already
	}
	signer, err := CheckSignature(f.Text, f.Signature, f.Manifest.Signer)
	if err != nil {
		j.say(ManifestChanged, "%s: is not as it was signed", FileName)
		return
	}
	j.verdict.SignedBy = signer
	if len(signers) == 0 {
		j.cannot(SignerUnknown)
		return
	}
	if !slices.Contains(signers, f.Manifest.Signer) {
		j.say(SignerUnknown, "%s: is signed by %s, which is no key that counts", SignatureName, signer)
	}
}

func (j *judge) record(record *Record) {
	switch {
	case record == nil:
		j.cannot(NotRecorded, LedgerChanged)
		return
	case !record.Done && record.Begun:
		j.say(NotRecorded, "the ledger says that a run of this plan began, and not that it ended")
	case !record.Done:
		j.say(NotRecorded, "the ledger has no run that made this extract")
	}
	if record.Broken != "" {
		j.say(LedgerChanged, "%s", record.Broken)
	}
}

func (j *judge) spec(spec *Spec) {
	if spec == nil {
		j.cannot(SpecChanged, ApprovalExpired)
		return
	}
	if spec.SHA256 != j.SpecSHA256 {
		j.say(SpecChanged, "the project's specification is not the one that the extract was made by")
	}
	if spec.Freeze != j.Freeze {
		j.say(FreezeChanged, "the project names freeze %d now; the extract is of freeze %d", spec.Freeze, j.Freeze)
	}
	if spec.Approval != "" {
		j.say(ApprovalExpired, "%s", spec.Approval)
	}
}

func (j *judge) freeze(freeze *Freeze, plan *Plan) {
	if freeze == nil {
		j.cannot(FreezeChanged)
		return
	}
	switch {
	case freeze.Number == 0:
		j.say(FreezeChanged, "freeze %d is not in the workspace", j.Freeze)
	case freeze.Date != j.FreezeDate || freeze.From != j.FreezeFrom:
		j.say(FreezeChanged, "freeze %d is not the one that the extract was made from", j.Freeze)
	case plan != nil && plan.Total != j.Total && !j.verdict.Has(SpecChanged):
		j.say(FreezeChanged, "the freeze's participants are not those that the extract was made for")
	}
}

func (j *judge) versions(versions []Version) {
	if versions == nil {
		j.cannot(VersionChanged, VersionSuperseded)
		return
	}
	for _, version := range versions {
		made := slices.IndexFunc(j.Tables, func(t Table) bool { return t.Dataset == version.Name })
		switch {
		case made < 0:
			continue
		case version.Delivery == "":
			j.say(VersionChanged, "%s is not in the workspace", version.Name)
		case version.Delivery != j.Tables[made].Delivery:
			j.say(VersionChanged, "%s is not the delivery that the extract was made from", version.Name)
		}
		if version.Newer != "" {
			j.say(VersionSuperseded, "%s is loaded; the extract is of %s", version.Newer, version.Name)
		}
	}
}

func (j *judge) key(key *Key) {
	if key == nil {
		j.cannot(KeysRotated)
		return
	}
	if *key != (Key{j.KeyID, j.KeyVersion}) {
		j.say(KeysRotated, "the root key is %s, version %d, now; the extract was made with %s, version %d", key.ID, key.Version, j.KeyID, j.KeyVersion)
	}
}

// plan compares what a run would make now, for whatever else has changed: the
// dataset's specification, the rules, the program.
func (j *judge) plan(plan *Plan) {
	if plan == nil {
		j.cannot(PlanChanged)
		return
	}
	explained := j.verdict.Has(SpecChanged) || j.verdict.Has(FreezeChanged) || j.verdict.Has(VersionChanged) || j.verdict.Has(KeysRotated)
	if plan.PlanHash != j.PlanHash && !explained {
		j.say(PlanChanged, "a run would make another extract now, though its sources are the same")
	}
}
