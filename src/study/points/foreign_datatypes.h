#pragma once

#include <string>
#include <vector>

#include "study/points/load_study.h"

namespace calculon {

// An axis that changes nothing but engines of datatypes in which no point computes, and so no
// answer.
struct ForeignDatatype {
  std::string axis;
  std::string why;  // "it changes system.matrix.float16.tflops, but all points compute in bfloat16"
};

std::vector<ForeignDatatype> foreign_datatypes(const LoadedStudy& loaded);

}  // namespace calculon
