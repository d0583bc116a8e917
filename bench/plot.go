package main

import (
	"encoding/csv"
	"fmt"
	"image/color"
	"os"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

type plotCommand struct {
	CSV string `arg:"" help:"The table that bench capacity --csv has written."`
	PNG string `arg:"" help:"The picture to write."`
}

// Run draws a capacity run: the gateway's CPU over the number of calls, and
// below it how many packets were late or lost.
func (c plotCommand) Run() error {
	rows, err := readSteps(c.CSV)
	if err != nil {
		return err
	}
	cpu, err := curves(rows, "gateway_cpu_pct", "CPU of the gateway's core, %", 0)
	if err != nil {
		return err
	}
	bad, err := curves(rows, "bad_pct", "packets late or lost, %", enough)
	if err != nil {
		return err
	}
	picture := vgimg.New(16*vg.Centimeter, 18*vg.Centimeter)
	tiles := draw.Tiles{Rows: 2, Cols: 1, PadY: vg.Millimeter * 6, PadTop: vg.Millimeter * 3, PadRight: vg.Millimeter * 5}
	all := [][]*plot.Plot{{cpu}, {bad}}
	for i, canvas := range plot.Align(all, tiles, draw.New(picture)) {
		all[i][0].Draw(canvas[0])
	}
	f, err := os.Create(c.PNG)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := (vgimg.PngCanvas{Canvas: picture}).WriteTo(f); err != nil {
		return err
	}
	return f.Close()
}

// readSteps reads the table and holds it to its columns.
func readSteps(name string) ([][]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 || !slices.Equal(rows[0], columns) {
		return nil, fmt.Errorf("%s is no table of steps: make one with `go run ./bench capacity --csv %s`", name, name)
	}
	return rows[1:], nil
}

var colours = []color.Color{color.RGBA{R: 0x1b, G: 0x6c, B: 0xa8, A: 0xff}, color.RGBA{R: 0xc4, G: 0x4e, B: 0x1a, A: 0xff}, color.RGBA{R: 0x3c, G: 0x8d, B: 0x40, A: 0xff}}

// curves draws one column over the calls, a curve for each kind of page; limit,
// unless it is zero, is a line across.
func curves(rows [][]string, column, label string, limit float64) (*plot.Plot, error) {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "calls", label
	p.X.Min, p.Y.Min = 0, 0
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	for _, kind := range kinds(rows) {
		points, err := pointsOf(rows, kind, column)
		if err != nil {
			return nil, err
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, err
		}
		line.Color = colours[slices.Index(kinds(rows), kind)%len(colours)]
		dots.Color, dots.Shape = line.Color, draw.CircleGlyph{}
		p.Add(line, dots)
		p.Legend.Add(kind+" ↔ pcmu", line)
	}
	if limit > 0 {
		across := plotter.NewFunction(func(float64) float64 { return limit })
		across.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
		p.Add(across)
		p.Y.Max = max(p.Y.Max, 2*limit)
	}
	return p, nil
}

func kinds(rows [][]string) (all []string) {
	for _, r := range rows {
		if !slices.Contains(all, r[0]) {
			all = append(all, r[0])
		}
	}
	return all
}

func pointsOf(rows [][]string, kind, column string) (points plotter.XYs, err error) {
	for _, r := range rows {
		if r[0] != kind {
			continue
		}
		var at plotter.XY
		if at.X, err = strconv.ParseFloat(r[1], 64); err != nil {
			return nil, err
		}
		if at.Y, err = strconv.ParseFloat(r[slices.Index(columns, column)], 64); err != nil {
			return nil, err
		}
		points = append(points, at)
	}
	return points, nil
}
