#include "study/points/foreign_datatypes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "calculon/hardware/datatype.h"

namespace calculon {
namespace {

// By datatype, whether some point computes in it.
using UsedDatatypes = std::array<bool, kEnumSize<Datatype>>;

// The datatype of "system.matrix.float16.tflops"; nothing of what is no engine, or is all of them.
std::optional<Datatype> engine_datatype(const std::string& path) {
  const auto keys = split(path, '.');
  const bool engine =
      keys.size() > 2 && keys[0] == "system" && (keys[1] == "matrix" || keys[1] == "vector");
  return engine ? enum_from_name<Datatype>(keys[2]) : std::nullopt;
}

// Those of an axis of which each path is of an engine, else none.
std::vector<Datatype> engine_datatypes(const std::vector<std::string>& paths) {
  std::vector<Datatype> datatypes;
  for (const std::string& path : paths) {
    const auto datatype = engine_datatype(path);
    if (!datatype) {
      return {};
    }
    datatypes.push_back(*datatype);
  }
  return datatypes;
}

// A datatype of the calibrated model, in which the two of 16 bit stand for one another.
void add_calibrated(const System& system, Datatype datatype, UsedDatatypes& used) {
  const auto has = [&](Datatype one) {
    return system.matrix[static_cast<std::size_t>(one)].has_value();
  };
  const Datatype other = datatype == Datatype::kFloat16 ? Datatype::kBfloat16 : Datatype::kFloat16;
  const bool half = datatype == Datatype::kFloat16 || datatype == Datatype::kBfloat16;
  used[static_cast<std::size_t>(half && !has(datatype) && has(other) ? other : datatype)] = true;
}

void add_datatypes(const PointTask& task, UsedDatatypes& used) {
  const System& system = *task.system;
  if (task.search && task.search->calibrated) {
    const Datatype products = task.search->calibrated->space.gemm_datatype;
    add_calibrated(system, products, used);
    if (products != Datatype::kFloat16) {
      add_calibrated(system, Datatype::kBfloat16, used);  // all else
    }
  } else if (task.search) {
    for (const SpaceOptions& space : task.search->spaces) {
      used[static_cast<std::size_t>(space.datatype)] = true;
    }
  } else if (const auto* calibrated = std::get_if<CalibratedExecution>(task.execution.get())) {
    add_calibrated(system, calibrated->gemm_datatype, used);
    add_calibrated(system, calibrated->datatype, used);
  } else {
    const Strategy& strategy = std::get<StrategyFile>(*task.execution).strategy;
    used[static_cast<std::size_t>(strategy.datatype)] = true;
  }
}

std::vector<std::string_view> used_names(const LoadedStudy& loaded) {
  UsedDatatypes used = {};
  for (const PointEntry& point : loaded.points) {
    if (point.task.transformer) {
      add_datatypes(point.task, used);
    }
  }
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) {
      names.push_back(EnumNames<Datatype>::kNames[i]);
    }
  }
  return names;
}

}  // namespace

std::vector<ForeignDatatype> foreign_datatypes(const LoadedStudy& loaded) {
  std::vector<ForeignDatatype> found;
  std::optional<std::vector<std::string_view>> used;
  for (const auto* axes : {&loaded.study->axes(), &loaded.study->vary()}) {
    for (const Axis& axis : *axes) {
      const std::vector<std::string> paths = axis.paths();
      const std::vector<Datatype> datatypes = engine_datatypes(paths);
      if (datatypes.empty()) {
        continue;
      }
      used = used ? used : used_names(loaded);
      const bool foreign = std::none_of(datatypes.begin(), datatypes.end(), [&](Datatype one) {
        return std::find(used->begin(), used->end(), enum_name(one)) != used->end();
      });
      if (foreign && !used->empty()) {
        found.push_back(
            {axis.name, fmt::format("it changes {}, but all points compute in {}",
                                    fmt::join(paths, " and "), fmt::join(*used, " or "))});
      }
    }
  }
  return found;
}

}  // namespace calculon
