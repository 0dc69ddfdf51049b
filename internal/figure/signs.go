package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

func rgb(hex uint32) color.Color {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff}
}

var (
	paper = rgb(0xffffff)
	ink   = rgb(0x222222)
	muted = rgb(0x666666) // what stands for something hidden
	grid  = rgb(0xdddddd) // helps the eye; carries no meaning
	rule  = rgb(0x666666)
)

// sign is what tells one series from the others: its colour, the dashes of its line
// and its marker.
type sign struct {
	colour color.Color
	dashes []vg.Length
	marker marker
}

// signs are told apart by people who see colours differently, and in grey by their
// dashes and markers. They are of the shades that a PNG keeps, with a contrast of
// 3:1 or more with the paper.
var signs = [MostSeries]sign{
	{rgb(0x1166aa), nil, disc},
	{rgb(0xcc5500), []vg.Length{9, 4}, squared},
	{rgb(0x222222), []vg.Length{2, 4}, upward},
	{rgb(0x882255), []vg.Length{12, 4, 2, 4}, diamond},
	{rgb(0x559999), []vg.Length{5, 3}, downward},
	{rgb(0x663300), []vg.Length{16, 4}, cross},
}

// marker returns the corners of a shape around a place.
type marker func(x, y float64) []point

// markerSize is half the width of a marker.
const markerSize = 4.0

func disc(x, y float64) []point { return regular(x, y, markerSize, 16, 0) }

func squared(x, y float64) []point {
	return rectangle(x-markerSize*0.85, y-markerSize*0.85, markerSize*1.7, markerSize*1.7)
}

func upward(x, y float64) []point { return regular(x, y, markerSize*1.25, 3, -math.Pi/2) }

func downward(x, y float64) []point { return regular(x, y, markerSize*1.25, 3, math.Pi/2) }

func diamond(x, y float64) []point { return regular(x, y, markerSize*1.25, 4, 0) }

func cross(x, y float64) []point {
	const arm, half = markerSize * 1.1, markerSize * 0.4
	return []point{
		{x - half, y - arm}, {x + half, y - arm}, {x + half, y - half}, {x + arm, y - half}, {x + arm, y + half}, {x + half, y + half},
		{x + half, y + arm}, {x - half, y + arm}, {x - half, y + half}, {x - arm, y + half}, {x - arm, y - half}, {x - half, y - half},
	}
}

// regular returns the corners of a regular shape.
func regular(x, y, radius float64, corners int, turned float64) []point {
	list := make([]point, corners)
	for i := range list {
		sin, cos := math.Sincos(turned + 2*math.Pi*float64(i)/float64(corners))
		list[i] = point{x + radius*cos, y + radius*sin}
	}
	return list
}
