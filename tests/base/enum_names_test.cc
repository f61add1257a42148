#include "calculon/base/enum_names.h"

#include <catch2/catch.hpp>
#include <set>

#include "calculon/strategy/reason.h"
#include "calculon/strategy/strategy.h"

namespace calculon {
namespace {

template <class Enum>
void check_both_directions() {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string_view name = enum_name(value);
    CHECK(enum_from_name<Enum>(name) == value);
    names.insert(name);
  }
  CHECK(names.size() == kEnumSize<Enum>);
  CHECK_FALSE(enum_from_name<Enum>("no such name"));
  CHECK_FALSE(enum_from_name<Enum>(""));
}

}  // namespace

TEST_CASE("every enumerator has a name of its own that leads back to it", "[base]") {
  check_both_directions<Datatype>();
  check_both_directions<NetworkOp>();
  check_both_directions<ProcessingMode>();
  check_both_directions<AttentionType>();
  check_both_directions<ActivationRecompute>();
  check_both_directions<TensorParCommType>();
  check_both_directions<TensorParOverlap>();
  check_both_directions<Reason>();
}

TEST_CASE("the names of settings are those of execution files", "[base]") {
  CHECK(enum_name(Datatype::kBfloat16) == "bfloat16");
  CHECK(enum_name(ActivationRecompute::kAttnOnly) == "attn_only");
  CHECK(enum_name(TensorParCommType::kP2pRsAg) == "p2p_rs_ag");
  CHECK(bytes_per_element(Datatype::kFloat8) == 1);
  CHECK(bytes_per_element(Datatype::kFloat16) == 2);
  CHECK(bytes_per_element(Datatype::kBfloat16) == 2);
  CHECK(bytes_per_element(Datatype::kFloat32) == 4);
}

}  // namespace calculon
