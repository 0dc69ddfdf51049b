package page

import "math"

// contrast is the ratio of WCAG 2.2 of two colours written 0xRRGGBB.
func contrast(a, b int64) float64 {
	lighter, darker := luminance(a), luminance(b)
	if lighter < darker {
		lighter, darker = darker, lighter
	}
	return (lighter + 0.05) / (darker + 0.05)
}

func luminance(colour int64) float64 {
	return 0.2126*linear(colour>>16&0xff) + 0.7152*linear(colour>>8&0xff) + 0.0722*linear(colour&0xff)
}

func linear(channel int64) float64 {
	share := float64(channel) / 255
	if share <= 0.04045 {
		return share / 12.92
	}
	return math.Pow((share+0.055)/1.055, 2.4)
}
