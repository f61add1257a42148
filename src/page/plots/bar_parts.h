#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page/page_content.h"
#include "page/row_groups.h"

namespace calculon {

// What the time of a step and the memory of a processor are made of, in the order and the colors of
// every figure of them. The published statistics have parts by their roles, those of the calibrated
// methodology by their rows; the memory of the latter is that of the rows of pipeline stages.
enum class Whole { kTime, kMemory };

// A part: the sum of columns, of which a row may lack some.
struct BarPart {
  std::string name;
  std::string help;  // what it is, in words; may be empty
  std::array<std::string, 2> columns;
  bool always = true;  // else it is shown only where some row has it
  std::string_view color;
  unsigned offload = 0;     // the flag that moves it to tier 2
  bool takes_rest = false;  // differs at the peak from the column: what the others leave
};

// The parts of a whole that figures of these rows show.
std::vector<BarPart> shown_parts(Whole whole, const Table& table, const RowNumbers& rows);

// The amounts of the parts of a row, in seconds or bytes.
std::vector<double> part_amounts(Whole whole, const std::vector<BarPart>& parts, const Table& table,
                                 std::size_t row);

// What they should add up to, or nothing if the row does not tell.
std::optional<double> whole_amount(Whole whole, const Table& table, std::size_t row);

// Sentences on rows whose parts are less than the whole, as the table lacks some, or some of which
// are negative.
std::vector<std::string> part_notes(Whole whole, const std::vector<BarPart>& parts,
                                    const Table& table, const RowNumbers& rows);

}  // namespace calculon
