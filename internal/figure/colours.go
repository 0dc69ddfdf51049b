package figure

import (
	"image"
	"image/color"
	"image/draw"
)

// shades are the steps between no light and full light of each colour: enough for
// smooth edges of few colours.
const shades = 15

// fewColours returns the picture with as many colours as a byte can tell, which
// makes its file a fraction of the size; or as it is when it has more.
func fewColours(picture image.Image) image.Image {
	bounds := picture.Bounds()
	light := image.NewRGBA(bounds)
	draw.Draw(light, bounds, picture, bounds.Min, draw.Src)
	made := image.NewPaletted(bounds, nil)
	places := map[color.NRGBA]uint8{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			at := light.RGBAAt(x, y)
			colour := color.NRGBA{shade(at.R), shade(at.G), shade(at.B), 0xff}
			place, known := places[colour]
			if !known {
				if len(made.Palette) == 256 {
					return picture
				}
				place = uint8(len(made.Palette))
				places[colour], made.Palette = place, append(made.Palette, colour)
			}
			made.Pix[made.PixOffset(x, y)] = place
		}
	}
	return made
}

// shade returns the nearest of the shades.
func shade(light uint8) uint8 {
	return uint8((int(light)*shades + 0x7f) / 0xff * (0xff / shades))
}
