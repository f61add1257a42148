#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "cli/console.h"
#include "study/points/load_study.h"
#include "text/table.h"

namespace calculon {

// The rows of a study on the terminal: a line each if the points are few. Why points are invalid is
// shown with the first of each reason only.
class ShownRows {
 public:
  // Both have to outlive this.
  ShownRows(const LoadedStudy& loaded, Console& console) : loaded_(loaded), console_(console) {}

  // Many points are shown as a count.
  bool are_few() const;
  void add(const Table& rows, std::size_t row);
  // The points that were left out, by reason.
  void tell_others() const;

 private:
  bool is_new(const Table& rows, std::size_t row);

  const LoadedStudy& loaded_;
  Console& console_;
  std::map<std::string, std::size_t> invalid_;  // how many, by reason
};

}  // namespace calculon
