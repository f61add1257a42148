#pragma once

#include <string>
#include <vector>

namespace calculon::test {

// A plot of a page as a browser shows it.
struct SeenPlot {
  std::string title;
  bool drawn = false;
  int marks = 0;                    // drawn points, bars, cells; rows of a table
  std::vector<std::string> hovers;  // the hover texts of the first hundred that have one
  double left = 0;                  // of its heading, in pixels
  double picture = 0;               // width of its picture; 0 of a table
};

// What a browser makes of a page: its plots, and every error of a script.
struct SeenPage {
  std::vector<SeenPlot> plots;
  std::vector<std::string> errors;
  std::string text;  // what a reader sees apart from the plots

  // One line per thing that is wrong with a page: an error, a plot that is not drawn or empty.
  std::vector<std::string> faults() const;
};

// Debian's chromium is on this machine. Without it a test warns that it checks nothing.
bool has_browser();

// Opens the text of a page of ours in headless Chromium, moves the pointer over each mark of each
// plot and notes what appears. Each table is sorted by each of its heads, and what is out of order
// then is an error. `width` is that of the window in pixels.
SeenPage see_page(const std::string& html, int width = 1000);

}  // namespace calculon::test
