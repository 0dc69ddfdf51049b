package outputs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs"
)

// TestNumbersAtRisk gives tables below survival curves. What falls between two times
// is what is found; a table without a word has none.
func TestNumbersAtRisk(t *testing.T) {
	for name, f := range map[string]struct {
		content string
		falls   []string
	}{
		"a column":             {"months,at_risk\n0,120\n6,117\n12,80\n24,71\n", []string{"120 - 117 = 3", "80 - 71 = 9"}},
		"of two groups":        {"arm,time,n.risk\nA,0,120\nA,6,100\nB,0,99\nB,6,95\n", []string{"99 - 95 = 4"}},
		"as ggplot names it":   {"time,nrisk,surv\n0,120,1\n1,111,0.93\n", []string{"120 - 111 = 9"}},
		"below each other":     {"Number at risk,0,6,12,24\nTreated,120,117,80,60\nControl,118,100,80,60\n", []string{"120 - 117 = 3"}},
		"with units":           {"Group,0 months,6 months,12 months,24 months\nTreated,120,110,105,60\n", []string{"110 - 105 = 5"}},
		"far apart":            {"months,at_risk\n0,1200\n6,1100\n12,980\n", nil},
		"counts by year":       {"study,2019,2020,2021,2022\nALSPAC,120,117,115,114\n", nil},
		"ages, not times":      {"study,0,10,20,30\nALSPAC,120,117,190,114\n", nil},
		"risk of something":    {"group,patients,risk\nA,120,0.4\nB,117,0.5\n", nil},
		"rounded all the same": {"months,at_risk\n0,120\n6,120\n12,80\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, "sdc-handbook", map[string]string{"km.csv": f.content})
			var falls []string
			for _, finding := range ofCheck(report, "PCT003") {
				falls = append(falls, finding.Certificate)
			}
			assert.Equal(t, f.falls, falls, "%+v", report.Findings)
		})
	}
}

// TestPrintedModels gives what statistical programs print of fitted models. Enough
// people are no finding; too few are found in each.
func TestPrintedModels(t *testing.T) {
	for name, f := range map[string]struct{ enough, few, found string }{
		"Stata": {
			"      Source |       SS           df       MS      Number of obs   =     1,202\n-------------+----------------------------------   F(2, 1199)      =     20.26\n       Model |  1394.49474         2  697.247371   Prob > F        =    0.0000\n    Residual |  41258.5426     1,199  34.4107945   R-squared       =    0.0327\n-------------+----------------------------------   Adj R-squared   =    0.0311\n       Total |  42653.0373     1,201  35.5145190   Root MSE        =    5.8661\n",
			"      Source |       SS           df       MS      Number of obs   =         9\n-------------+----------------------------------   F(2, 6)         =     20.26\n       Model |  1394.49474         2  697.247371   Prob > F        =    0.0000\n    Residual |  41258.5426         6  34.4107945   R-squared       =    0.0327\n-------------+----------------------------------   Adj R-squared   =    0.0311\n       Total |  42653.0373         8  35.5145190   Root MSE        =    5.8661\n", "STA002",
		},
		"R, a linear model": {
			"Coefficients:\n            Estimate Std. Error t value Pr(>|t|)    \n(Intercept)  37.2851     1.8776  19.858  < 2e-16 ***\nwt           -5.3445     0.5591  -9.559 1.29e-10 ***\n---\nSignif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1\n\nResidual standard error: 3.046 on 30 degrees of freedom\n",
			"Residual standard error: 3.046 on 6 degrees of freedom\n", "STA002",
		},
		"R, a generalised linear model": {
			"    Null deviance: 499.98  on 399  degrees of freedom\nResidual deviance: 458.52  on 394  degrees of freedom\nAIC: 470.52\n",
			"    Null deviance: 499.98  on 9  degrees of freedom\nResidual deviance: 458.52  on 6  degrees of freedom\n", "STA002",
		},
		"R, a survival model": {
			"  n= 228, number of events= 165 \n   (14 observations deleted due to missingness)\n",
			"  n= 9, number of events= 5 \n   (7 observations deleted due to missingness)\n", "LOW001",
		},
		"statsmodels": {
			"Dep. Variable:                    bmi   R-squared:                       0.416\nNo. Observations:                1032   AIC:                             33.96\nDf Residuals:                    1028   BIC:                             39.82\nDf Model:                           3                                         \n",
			"Dep. Variable:                    bmi   R-squared:                       0.416\nNo. Observations:                   9   AIC:                             33.96\nDf Residuals:                       5   BIC:                             39.82\nDf Model:                           3                                         \n", "STA002",
		},
		"a table of odds ratios": {
			"variable,OR,95% CI,p\nAge 18-29,1,ref,\nAge 30-49,1.9,1.1 to 3.2,0.02\nAge 50+,3,2 to 5,<0.001\n",
			"exposure,cases,controls,odds_ratio\nYes,7,40,1.9\nNo,93,160,1\n", "LOW001",
		},
		"a tidy model": {
			"term,estimate,std.error,statistic,p.value\n(Intercept),2.13,0.4,5.3,0\nsexF,-1,0.5,-2,0.046\nage,3,1,3,0.003\n",
			"term,estimate,std.error,df.residual\n(Intercept),2.13,0.4,6\nage,3,1,6\n", "STA002",
		},
	} {
		t.Run(name, func(t *testing.T) {
			ending := ".log"
			if f.enough[:1] != " " && f.enough[:1] != "C" && f.enough[:1] != "D" {
				ending = ".csv"
			}
			for _, found := range check(t, "ukllc-researcher", map[string]string{"model" + ending: f.enough}).Findings {
				assert.NotEqual(t, outputs.Failed, found.Severity, "%+v", found)
			}
			assert.Contains(t, checksOf(check(t, "ukllc-researcher", map[string]string{"model" + ending: f.few})), f.found)
		})
	}
}
