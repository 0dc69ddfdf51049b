package warehouse

import (
	"errors"
	"regexp"
	"strings"
)

var (
	// Whichever begins first: a text may hold dashes, and a comment an apostrophe.
	sqlTextOrComment = regexp.MustCompile(`--[^\n]*|'[^']*'`)
	sqlQuery         = regexp.MustCompile(`(?i)^\s*(SELECT|WITH|FROM)\b`)
	sqlOtherText     = regexp.MustCompile(`(?i)\be '' |\$\w*\$|["]|/\*`)
	sqlName          = regexp.MustCompile(`\$?[A-Za-z_]\w*`)
)

// Query returns the statement of a specification's SQL file: one query, static
// text like the rooms' own files. Its name is what errors call it.
func Query(name, text string) (Statement, error) {
	bare := withoutTextAndComments(text)
	switch {
	case !sqlQuery.MatchString(bare):
		return Statement{}, errors.New("is no query: it begins with SELECT or WITH")
	case strings.Contains(bare, ";"):
		return Statement{}, errors.New("holds more than one statement")
	case strings.Contains(bare, "{{"):
		return Statement{}, errors.New("has a placeholder: a query is static text")
	case sqlOtherText.MatchString(bare):
		return Statement{}, errors.New("has a quoted name, a text or a comment of another form than 'text' and --")
	case strings.Contains(strings.ReplaceAll(bare, " '' ", ""), "'"):
		return Statement{}, errors.New("has a text that is not closed")
	}
	return Statement{name, text}, nil
}

// Names returns the words of the statement that are not text or comment: keywords,
// functions and the names of tables and columns, in lower case, each once.
func (s Statement) Names() map[string]bool {
	names := map[string]bool{}
	for _, name := range sqlName.FindAllString(withoutTextAndComments(s.text), -1) {
		names[strings.ToLower(name)] = true
	}
	return names
}

func withoutTextAndComments(text string) string {
	return sqlTextOrComment.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "--") {
			return ""
		}
		return " '' "
	})
}
