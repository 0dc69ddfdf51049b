// Package doctor proves that a workspace keeps to its role. In a research
// environment's workspace nothing identifies a person: no column of File 1 and
// nothing shaped like an NHS number, a postcode, an e-mail address or a list of
// names. In the trusted third party's there are no attributes. In both, nobody
// but the owner can read anything, and nothing leads out.
//
// It says where something was found and never what, nor how often.
package doctor

import (
	"cmp"
	"context"
	"embed"
	"slices"

	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Finding is one thing that speaks against the separation of roles.
type Finding struct {
	Code  string `json:"code"`  // stable, such as DOC010
	Where string `json:"where"` // a file of the workspace, or schema.table.column
	Says  string `json:"says"`
	Fix   string `json:"fix"`
}

type rule struct{ code, says, fix string }

var (
	fileOneColumn   = rule{"DOC001", "a column of File 1, the identifier file", "drop the table, and ask who loaded it: File 1 goes to the trusted third party only"}
	identifierName  = rule{"DOC002", "a column named for an identifier", "drop the column, or rename it when it holds none"}
	strangeTable    = rule{"DOC003", "a table with a quote in its name, which no command makes; its cells were not looked at", "drop the table, or rename it and look again"}
	numberShapes    = rule{"DOC010", "NHS numbers: ten digits of an issued range with the right check digit", "drop the column and ask who delivered it; a code of ten digits that is none passes by chance about once in twenty-five"}
	postcodeShapes  = rule{"DOC011", "full postcodes", "drop the column; a research environment holds no area smaller than was agreed"}
	emailShapes     = rule{"DOC012", "e-mail addresses", "drop the column and ask who delivered it"}
	nameShapes      = rule{"DOC013", "a list of people's names", "drop the column and ask who delivered it"}
	attributeTable  = rule{"DOC020", "a table of attributes in the trusted third party's workspace", "move it to a research environment's workspace"}
	attributeRows   = rule{"DOC021", "rows about linked records in the trusted third party's workspace", "make versions and freezes in a research environment's workspace"}
	folderOpen      = rule{"DOC030", "others can look into this folder", "chmod 700 the folder"}
	fileOpen        = rule{"DOC031", "others can read this file", "chmod 600 the file"}
	keyOpen         = rule{"DOC032", "others can read this key", "chmod 600 the file, and think of the key as leaked when somebody may have"}
	temporaryOpen   = rule{"DOC033", "the temporary folder, where rows are spilled, is not private", "make it a folder of its own, chmod 700"}
	temporaryFilled = rule{"DOC034", "something was left in the temporary folder: rows of a run that was killed", "run any command that writes; it clears the folder"}
	leadsOut        = rule{"DOC035", "a link, which may lead out of the workspace", "put the file itself in its place"}
	secondName      = rule{"DOC036", "the file has a second name somewhere", "copy the file to a new one and remove this"}
	otherOwner      = rule{"DOC037", "this belongs to another user", "chown it to the user who works with the workspace"}
	strayData       = rule{"DOC038", "a file of data that no command put here", "remove it; data comes in by load and freeze, and out by run"}
	openIdentity    = rule{"DOC039", "an age identity: it opens the root key that lies beside it", "move it out of the workspace, and keep it apart"}
	unsealedKey     = rule{"DOC040", "a key that is not sealed", "remove it and restore the sealed one from a backup"}
	crosswalkHere   = rule{"DOC041", "a crosswalk between two versions of a key in a research environment", "remove it; it belongs to the trusted third party alone"}
)

func (r rule) at(where string) Finding { return Finding{r.code, printable(where), r.says, r.fix} }

// Examine looks at an open workspace: its files first, then every column of
// every table. The findings are in the order of their codes and places.
func Examine(ctx context.Context, workspace *warehouse.Workspace) ([]Finding, error) {
	findings, err := examineFiles(workspace.Dir, workspace.Role)
	if err != nil {
		return nil, err
	}
	look := lookForAttributes
	if workspace.Role == warehouse.TRE {
		look = lookForIdentifiers
	}
	inside, err := look(ctx, workspace.Warehouse)
	if err != nil {
		return nil, err
	}
	findings = append(findings, inside...)
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Where, b.Where))
	})
	return slices.Compact(findings), nil
}
