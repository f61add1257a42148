#include "study/points/foreign_datatypes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "calculon/hardware/datatype.h"
#include "calibrated/machine.h"
#include "calibrated/search/calibrated_space.h"

namespace calculon {
namespace {

// By datatype, whether some point computes in it.
using UsedDatatypes = std::array<bool, kEnumSize<Datatype>>;

// The datatype of "system.matrix.float16.tflops"; nothing of what is no engine, or is all of them.
std::optional<Datatype> datatype_of_path(const std::string& path) {
  const auto keys = split(path, '.');
  const bool engine =
      keys.size() > 2 && keys[0] == "system" && (keys[1] == "matrix" || keys[1] == "vector");
  return engine ? enum_from_name<Datatype>(keys[2]) : std::nullopt;
}

// Those of an axis of which each path is of an engine, else none.
std::vector<Datatype> engine_datatypes(const std::vector<std::string>& paths) {
  std::vector<Datatype> datatypes;
  for (const std::string& path : paths) {
    const auto datatype = datatype_of_path(path);
    if (!datatype) {
      return {};
    }
    datatypes.push_back(*datatype);
  }
  return datatypes;
}

void add_datatypes(const PointTask& task, UsedDatatypes& used) {
  const auto add_calibrated = [&](Datatype products, Datatype stored) {
    for (const Datatype datatype : {products, stored}) {
      used[static_cast<std::size_t>(engine_datatype(*task.system, datatype))] = true;
    }
  };
  if (task.search && task.search->calibrated) {
    const Datatype products = task.search->calibrated->space.gemm_datatype;
    add_calibrated(products, stored_datatype(products));
  } else if (task.search) {
    for (const SpaceOptions& space : task.search->spaces) {
      used[static_cast<std::size_t>(space.datatype)] = true;
    }
  } else if (const auto* calibrated = std::get_if<CalibratedExecution>(task.execution.get())) {
    add_calibrated(calibrated->gemm_datatype, calibrated->datatype);
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
