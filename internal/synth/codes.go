package synth

// choices is a weighted list of 256 values, for one byte of a draw.
type choices [256]string

// weighted lays values out by their weights; what is left of 256 is empty.
func weighted(weightsAndValues ...any) *choices {
	laid := &choices{}
	next := 0
	for i := 0; i < len(weightsAndValues); i += 2 {
		for range weightsAndValues[i].(int) {
			laid[next] = weightsAndValues[i+1].(string)
			next++
		}
	}
	return laid
}

func (c *choices) of(d draw, field uint64) string { return c[byte(d.number(field))] }

// Codes of the data set's code lists, in plausible proportions.
var (
	nhsNumberStatuses  = weighted(248, "01", 5, "02", 2, "04", 1, "05")
	genders            = weighted(168, "2", 84, "1", 2, "9", 2, "X")
	genderIdentities   = weighted(160, "2", 80, "1", 3, "3", 2, "4", 5, "X", 6, "Z")
	sameAsAtBirth      = weighted(230, "Y", 3, "N", 8, "X", 15, "Z")
	ethnicCategories   = weighted(178, "A", 4, "B", 14, "C", 3, "D", 2, "E", 3, "F", 4, "G", 8, "H", 6, "J", 3, "K", 5, "L", 4, "M", 4, "N", 2, "P", 2, "R", 4, "S", 8, "Z", 2, "99")
	exServices         = weighted(196, "03", 8, "02", 4, "05", 20, "UU", 18, "ZZ")
	languages          = weighted(232, "en", 3, "pl", 2, "ur", 2, "pa", 2, "bn", 1, "q4")
	schools            = weighted(170, "8", 20, "3", 8, "2", 4, "4", 10, "X", 4, "Z")
	disabilities       = weighted(150, "NN", 10, "01", 8, "02", 4, "03", 10, "04", 12, "05", 2, "06", 3, "07", 12, "08", 3, "09", 2, "10", 6, "XX", 14, "ZZ")
	moreDisabilities   = weighted(6, "05", 6, "08", 4, "01", 3, "04", 2, "02")
	visitorCategories  = weighted(120, "A", 2, "B", 1, "C", 1, "P", 3, "9")
	referralSources    = weighted(178, "B1", 46, "A1", 4, "A3", 3, "B2", 3, "A4", 6, "H2", 3, "H1", 2, "D2", 2, "M6", 2, "P1", 1, "N3", 1, "C1", 1, "M7")
	recurrences        = weighted(90, "Y", 110, "N", 24, "U", 12, "Z")
	regions            = [...]string{"Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"}
	systems            = weighted(110, "IAPTUS", 90, "PCMIS", 30, "SystmOne", 26, "RiO")
	attendedCodes      = weighted(240, "5", 16, "6")
	missedCodes        = weighted(90, "3", 110, "2", 50, "4", 6, "7")
	cancellations      = weighted(120, "Y", 100, "N")
	mediums            = weighted(130, "02", 60, "03", 44, "01", 10, "05", 6, "08", 6, "98")
	mechanisms         = weighted(110, "02", 70, "11", 56, "01", 8, "05", 6, "10", 6, "98")
	therapyModes       = weighted(232, "1", 4, "2", 20, "3")
	medicines          = weighted(16, "01", 96, "02", 110, "03", 14, "UU", 10, "ZZ")
	locations          = weighted(60, "A01", 70, "B01", 50, "B02", 20, "E01", 10, "N03", 30, "X01")
	interpreters       = weighted(4, "1", 2, "2", 200, "4", 20, "5", 12, "X")
	longTermServices   = weighted(30, "Y", 200, "N")
	qualifications     = weighted(96, "10", 96, "11", 20, "12", 4, "13", 6, "14", 6, "15", 4, "17", 8, "30")
	programmes         = weighted(150, "SilverCloud", 50, "Minddistrict", 30, "Beating the Blues", 26, "Ieso")
	employment         = weighted(130, "01", 36, "02", 18, "03", 28, "04", 14, "05", 8, "06", 2, "07", 12, "08", 8, "ZZ")
	hoursWorked        = weighted(84, "01", 44, "02", 12, "03", 4, "04", 8, "97", 80, "98", 12, "99")
	yesNoStated        = weighted(30, "Y", 180, "N", 16, "U", 12, "Z")
	selfEmployment     = weighted(18, "Y", 130, "N", 80, "8", 10, "X", 8, "Z")
	employmentSupport  = weighted(30, "Y", 150, "N", 40, "NA")
	careClusters       = weighted(10, "00", 36, "01", 60, "02", 80, "03", 48, "04", 10, "05", 4, "06", 4, "07", 4, "08")
	onwardReasons      = weighted(70, "01", 24, "02", 4, "03", 90, "04", 30, "05", 8, "06", 20, "96", 10, "99")
	pauseReasons       = weighted(120, "01", 70, "02", 66, "03")
	softwareIndicators = weighted(150, "Y", 80, "N")
	endOfTreatment     = weighted(140, "46", 30, "47", 36, "48", 1, "49", 9, "96")
	endOfAssessment    = weighted(60, "10", 60, "11", 40, "12", 30, "13", 30, "14", 16, "16", 1, "17", 9, "95")
	endUnseen          = weighted(170, "50", 20, "10", 24, "11", 8, "14", 4, "95")
	accommodation      = weighted(150, "01", 40, "02", 10, "03")
	settled            = weighted(190, "Y", 6, "N", 6, "Z", 20, "9")
	unplanned          = weighted(4, "N", 252, "Y")
	fileTypes          = weighted(60, "Primary", 196, "Refresh")
)

// circumstance is one kind of social and personal circumstance, as the hub has
// them side by side, with the codes that it may be.
type circumstance struct {
	name  string
	codes *choices
	words map[string]string
}

var circumstances = []circumstance{
	circumstanceOf("religion", 70, "160567000", "No religious belief", 60, "160542002", "Church of England, follower of religion", 12, "309687009", "Islam"),
	circumstanceOf("sexorien", 150, "20430005", "Heterosexual", 8, "38628009", "Homosexual", 12, "42035005", "Bisexual"),
	circumstanceOf("smokingstatus", 90, "266919005", "Never smoked tobacco", 40, "77176002", "Smoker", 40, "8517006", "Ex-smoker"),
	circumstanceOf("asylumstatus", 2, "446654005", "Refugee", 1, "390790000", "Asylum seeker"),
	circumstanceOf("alcoholusestatus", 60, "219006", "Current drinker of alcohol", 30, "105542008", "Non - drinker"),
	circumstanceOf("drugusestatus", 50, "228367002", "Does not misuse drugs", 6, "361055000", "Misuses drugs"),
	circumstanceOf("gamblingstatus", 3, "18085000", "Compulsive gambling"),
	circumstanceOf("debtstatus", 8, "160936005", "In debt"),
	circumstanceOf("other", 5, "105529008", "Lives alone"),
}

func circumstanceOf(name string, weightsCodesWords ...any) circumstance {
	made := circumstance{name: name, codes: &choices{}, words: map[string]string{}}
	next := 0
	for i := 0; i < len(weightsCodesWords); i += 3 {
		code := weightsCodesWords[i+1].(string)
		made.words[code] = quoteIfNeeded(weightsCodesWords[i+2].(string))
		for range weightsCodesWords[i].(int) {
			made.codes[next] = code
			next++
		}
	}
	return made
}

// therapy is a kind of treatment: its SNOMED CT code, its name, and the column
// of the hub that counts it.
type therapy struct {
	code, words, column string
	high                bool
}

var therapies = [...]therapy{
	{"748051000000105", "Guided self-help book", "guidedselfhelp_book_count", false},
	{"748041000000107", "Guided self-help computer", "guidedselfhelp_computer_count", false},
	{"748101000000105", "Non-guided self-help book", "nonguidedselfhelp_book_count", false},
	{"748091000000102", "Non-guided self-help computer", "nonguidedselfhelp_computer_count", false},
	{"748061000000108", "Structured physical activity", "structuredphysicalactivity_count", false},
	{"702545008", "Psychoeducational peer support", "psychoeducationalpeersupport_count", false},
	{"1026111000000108", "Other low intensity intervention", "otherlowintensity_count", false},
	{"304891004", "Cognitive behavioural therapy", "cognitivebehaviourtherapy_count", true},
	{"286711000000107", "Counselling for depression", "counsellingdepression_count", true},
	{"443730003", "Interpersonal psychotherapy", "interpersonalpsychotherapy_count", true},
	{"449030000", "Eye movement desensitisation and reprocessing", "eyemovementdesensitisationreprocessing_count", true},
	{"933221000000107", "Mindfulness", "mindfulness_count", true},
	{"314034001", "Brief psychodynamic psychotherapy", "briefpsychodynamicpsychotherapy_count", true},
	{"1129471000000105", "Couples therapy for depression", "couplestherapydepression_count", true},
	{"842901000000108", "Collaborative care", "collaborativecare_count", true},
	{"1127281000000100", "Applied relaxation", "appliedrelaxation_count", true},
	{"1026131000000100", "Other high intensity intervention", "otherhighintensity_count", true},
	{"1098051000000103", "Employment support", "employmentsupport_count", false},
	{"975131000000104", "Community signposting", "communitysignposting_count", false},
}

// Places in therapies.
const (
	firstHigh   = 7 // before it are those of low intensity
	jobSupport  = 17
	signposting = 18
	noTherapy   = -1
)

// complaint is a presenting complaint: how it is coded, how the hub groups it,
// and the questionnaire that goes with it.
type complaint struct {
	weight                       int
	icd10, words, snomed, higher string
	lower                        string
	measure                      tool
}

const (
	depression  = "Depression"
	anxiety     = "Anxiety and stress related disorders (Total)"
	otherMental = "Other Mental Health problems"
)

var complaints = [...]complaint{
	{70, "F32", "Depressive episode", "35489007", depression, "", gad7},
	{24, "F33", "Recurrent depressive disorder", "191616006", depression, "", gad7},
	{40, "F411", "Generalized anxiety disorder", "21897009", anxiety, "F411 - Generalised Anxiety Disorder", gad7},
	{44, "F412", "Mixed anxiety and depressive disorder", "231504006", anxiety, "F412 - Mixed anxiety and depressive disorder", gad7},
	{10, "F410", "Panic disorder [episodic paroxysmal anxiety]", "371631005", anxiety, "F410 - Panic disorder [episodic paroxysmal anxiety", panicDisorder},
	{10, "F401", "Social phobias", "25501002", anxiety, "F401 - Social phobias", socialPhobia},
	{4, "F400", "Agoraphobia", "70691001", anxiety, "F400 - Agoraphobia", agoraAlone},
	{6, "F402", "Specific (isolated) phobias", "386810004", anxiety, "F402 - Specific (isolated) phobias", gad7},
	{10, "F420", "Predominantly obsessional thoughts or ruminations", "191736004", anxiety, "F42 - Obsessive-compulsive disorder", ocd},
	{14, "F431", "Post-traumatic stress disorder", "47505003", anxiety, "F431 - Post-traumatic stress disorder", ptsd},
	{6, "F452", "Hypochondriacal disorder", "18193002", anxiety, "F452 Hypochondriacal Disorders", healthAnxiety},
	{10, "F432", "Adjustment disorders", "17226007", otherMental, "", gad7},
	{8, "Z63", "Problems related to primary support group, including family circumstances", "105434004", otherMental, "", gad7},
}

// complaintOf lays the complaints out by weight.
var complaintOf = layComplaints()

func layComplaints() [256]uint8 {
	var laid [256]uint8
	next := 0
	for i, c := range complaints {
		for range c.weight {
			laid[next] = uint8(i)
			next++
		}
	}
	return laid
}

// longTerm are long-term physical health conditions.
var longTerm = [...]complaint{
	{0, "E119", "Type 2 diabetes mellitus, without complications", "44054006", "", "", gad7},
	{0, "J459", "Asthma, unspecified", "195967001", "", "", gad7},
	{0, "J449", "Chronic obstructive pulmonary disease, unspecified", "13645005", "", "", gad7},
	{0, "K589", "Irritable bowel syndrome without diarrhoea", "10743008", "", "", gad7},
	{0, "I10X", "Essential (primary) hypertension", "59621000", "", "", gad7},
	{0, "M797", "Fibromyalgia", "203082005", "", "", gad7},
	{0, "G439", "Migraine, unspecified", "37796009", "", "", gad7},
}
