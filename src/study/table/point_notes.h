#pragma once

#include <string>
#include <vector>

#include "model/given_work.h"
#include "study/spec/study.h"
#include "study/table/point_record.h"

namespace calculon {

// What the best executions of a study's points owe to work that the published model loses.
class PointNotes {
 public:
  // Takes the points one by one.
  void add(const Study& study, std::size_t index, const PointRecord& record);

  // Lines about them; none if no work is lost.
  std::vector<std::string> lines() const;

 private:
  std::size_t lost_ = 0;        // with slices wider than the tensor degree (quirk M1)
  std::size_t impossible_ = 0;  // of these, above the peak
  NeededRate worst_;
};

}  // namespace calculon
