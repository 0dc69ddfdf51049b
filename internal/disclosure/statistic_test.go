package disclosure_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
)

// An exact mean leaves by no way but a profile.
func TestAStatisticCannotBePrinted(t *testing.T) {
	secret := disclosure.StatisticOf(1234.5)
	holder := struct{ S disclosure.Statistic }{secret}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "statistic", secret, "holder", holder)
	for _, text := range []string{
		fmt.Sprint(secret), fmt.Sprintf("%v %+v %#v %d %f %s %q", secret, secret, secret, secret, secret, secret, secret),
		fmt.Sprintf("%v %+v %#v", holder, holder, holder), fmt.Sprint(&secret), log.String(),
	} {
		assert.NotContains(t, text, "1234")
	}
	_, err := json.Marshal(holder)
	assert.ErrorIs(t, err, disclosure.ErrWithheld)
	_, err = secret.MarshalText()
	assert.ErrorIs(t, err, disclosure.ErrWithheld)
	assert.Error(t, gob.NewEncoder(&log).Encode(holder))
}

func TestAStatisticIsScannedFromTheDatabase(t *testing.T) {
	var s disclosure.Statistic
	require.NoError(t, s.Scan(2.5))
	assert.False(t, s.IsNone())
	require.NoError(t, s.Scan(int64(3)))
	require.NoError(t, s.Scan(int32(3)))
	require.NoError(t, s.Scan(nil))
	assert.True(t, s.IsNone())
	assert.Error(t, s.Scan("2.5"))
	assert.True(t, disclosure.StatisticOf(5).Over(disclosure.CountOf(0)).IsNone())
}

func TestAMeanNeedsEnoughPeople(t *testing.T) {
	nhs, researcher := shipped(t, "nhs-talking-therapies"), shipped(t, "ukllc-researcher")
	days := disclosure.StatisticOf(100)
	assert.Equal(t, "16.7", nhs.Statistic(days.Over(disclosure.CountOf(6)), disclosure.CountOf(6)).String())
	assert.True(t, nhs.Statistic(days.Over(disclosure.CountOf(4)), disclosure.CountOf(4)).Masked())
	assert.True(t, researcher.Statistic(days, disclosure.CountOf(9)).Masked())
	assert.Equal(t, "100", researcher.Statistic(days, disclosure.CountOf(10)).String(), "whole numbers where the rules say nothing")
	for _, odd := range []float64{math.NaN(), math.Inf(1)} {
		assert.True(t, nhs.Statistic(disclosure.StatisticOf(odd), disclosure.CountOf(100)).Masked())
	}
	assert.True(t, nhs.Statistic(disclosure.Statistic{}, disclosure.CountOf(100)).Masked())
}

// Twelve appointments of one person are one person's, under rules whose threshold
// is one of people.
func TestThingsOfFewPeopleAreMasked(t *testing.T) {
	nhs, metrics := shipped(t, "nhs-talking-therapies"), shipped(t, "ukllc-metrics")
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.Int64Range(0, 30).Draw(t, "people")
		things := people
		if people > 0 {
			things += rapid.Int64Range(0, 300).Draw(t, "more")
		}
		cell := metrics.CellOf(disclosure.CountOf(things), disclosure.CountOf(people))
		assert.Equal(t, people > 0 && people < 10, cell.Masked())
		assert.Equal(t, nhs.Cell(disclosure.CountOf(things)).String(), nhs.CellOf(disclosure.CountOf(things), disclosure.CountOf(people)).String())
	})
}

// Figures of the country leave as others do unless the rules say that they are exact.
func TestTheNationIsExactOnlyWhereTheRulesSaySo(t *testing.T) {
	nhs := shipped(t, "nhs-talking-therapies")
	assert.True(t, nhs.ForNation().Cell(disclosure.CountOf(4)).Masked())
	assert.Equal(t, "10", nhs.ForNation().Cell(disclosure.CountOf(12)).String())
	rules := nhs.Rules()
	rules.Nation = disclosure.Setting[string]{Value: disclosure.NationExact, Reason: "the reason", Source: "the source"}
	exact, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	for n, shown := range map[int64]string{0: "0", 3: "3", 12: "12"} {
		assert.Equal(t, shown, exact.ForNation().Cell(disclosure.CountOf(n)).String())
	}
	assert.Equal(t, "10", exact.Cell(disclosure.CountOf(12)).String(), "below the nation nothing changes")
	rules.Nation.Value = "maybe"
	rules.ThresholdUnit = disclosure.Setting[string]{Value: "rows", Reason: "the reason", Source: "the source"}
	rules.StatisticDecimals.Value = 5
	_, err = disclosure.NewProfile(rules)
	assert.ErrorContains(t, err, `nation is "maybe"`)
	assert.ErrorContains(t, err, `threshold_unit is "rows"`)
	assert.ErrorContains(t, err, "statistic_decimals is 5")
}
