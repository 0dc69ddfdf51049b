package extract

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"

	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// person is a participant: a person in a study.
type person struct{ study, key string }

// named is a participant under the project's id.
type named struct {
	person
	id   string
	days int // by how many their dates are shifted
}

// readPeople reads who the project's participants are.
func (p *Plan) readPeople(ctx context.Context, w *warehouse.Warehouse) error {
	studies := make([]string, len(p.sources.Project.Studies))
	for i, study := range p.sources.Project.Studies {
		studies[i] = string(study)
	}
	args := warehouse.Args{"freeze": p.Freeze, "studies": studies}
	return w.Each(ctx, statements["10_people"], args, func(scan func(...any) error) error {
		var one person
		err := scan(&one.study, &one.key)
		p.people = append(p.people, one)
		return err
	})
}

// unnamed returns the plan's participants without ids, to be counted only.
func (p Plan) unnamed() []named {
	list := make([]named, len(p.people))
	for i, one := range p.people {
		list[i] = named{person: one}
	}
	return list
}

// named gives each participant a project id, once a person and not once a row,
// and the days of the date shift. They come in the order of their ids.
func (p Plan) named(root keys.Root) ([]named, error) {
	project := p.sources.Project
	style, err := keys.ParseStyle(project.IDStyle)
	if err != nil {
		return nil, err
	}
	distinct := keys.Distinct{}
	pseudonyms, dates := root.For(project.ID), root.Dates(project.ID)
	list := p.unnamed()
	for i := range list {
		one := &list[i]
		if one.id, err = distinct.Write(pseudonyms.ParticipantID(one.study, one.key), style); err != nil {
			return nil, err
		}
		if shift := project.DateShift; shift != nil {
			one.days = dates.Days(one.study, one.key, shift.MostDays)
		}
	}
	slices.SortFunc(list, func(a, b named) int { return cmp.Compare(a.id, b.id) })
	return list, nil
}

// numberIDs makes the ids of the participants numbers for the database to sort by.
func (r *runner) numberIDs(ctx context.Context, people int) error {
	if people == 0 {
		return nil
	}
	for _, name := range []string{"14_create_project_ids", "15_number_project_ids"} {
		if _, err := r.w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	return nil
}

var peopleTable = mustIdentifier("project_people")

func mustIdentifier(name string) spec.Identifier {
	identifier, err := spec.ParseIdentifier(name)
	if err != nil {
		panic(err)
	}
	return identifier
}

// fill hands the participants to the database, ranked as they come.
func fill(ctx context.Context, w *warehouse.Warehouse, people []named) error {
	if _, err := w.Run(ctx, statements["11_create_project_people"], nil); err != nil {
		return err
	}
	return w.Appender(peopleTable, func(add func(...driver.Value) error) error {
		for i, one := range people {
			if err := add(one.key, one.id, uint32(i), int32(one.days)); err != nil {
				return err
			}
		}
		return nil
	})
}
