// How the bars of executions are called.
#include "page/split_label.h"

#include <catch2/catch.hpp>

#include "support/json_page.h"

namespace calculon::test {
namespace {

using Labels = std::vector<std::string>;

Labels labels_of(const char* rows) {
  return split_labels(table_of(Json::parse(rows)));
}

}  // namespace

TEST_CASE("executions are called by their split", "[page]") {
  CHECK(labels_of(R"([
    {"tensor_par": 8, "pipeline_par": 4, "data_par": 16, "microbatch_size": 2},
    {"tensor_par": 8, "pipeline_par": 1, "data_par": 1, "microbatch_size": 1, "context_par": 2,
     "expert_par": 4},
    {"tensor_par": 8, "pipeline_par": 2, "data_par": 1, "context_par": 1, "expert_par": 1},
    {"sample_rate": 8}])") == Labels{"t8 p4 d16 mb2", "t8 p1 c2 d1 e4 mb1", "t8 p2 d1", ""});
}

TEST_CASE("executions of one split are told apart by what differs, else by their rank", "[page]") {
  CHECK(labels_of(R"([
    {"rank": 0, "tensor_par": 8, "pipeline_interleaving": 2, "activation_recompute": "full"},
    {"rank": 1, "tensor_par": 8, "pipeline_interleaving": 1, "activation_recompute": "full"},
    {"rank": 2, "tensor_par": 8, "pipeline_interleaving": 1, "activation_recompute": "none"},
    {"rank": 3, "tensor_par": 4, "pipeline_interleaving": 1, "activation_recompute": "full"}])") ==
        Labels{"t8 i2", "t8 i1 full", "t8 i1 none", "t4"});
  CHECK(labels_of(R"([
    {"rank": 0, "tensor_par": 8, "weight_offload": true, "activations_offload": true},
    {"rank": 1, "tensor_par": 8, "weight_offload": true, "activations_offload": false},
    {"rank": 2, "tensor_par": 8, "weight_offload": false, "activations_offload": false}])") ==
        Labels{"t8 +w +a", "t8 +w", "t8"});
  CHECK(labels_of(R"([{"rank": 4, "tensor_par": 8}, {"rank": 7, "tensor_par": 8}])") ==
        Labels{"t8 #4", "t8 #7"});
  CHECK(labels_of(R"([
    {"rank": 0, "tensor_par": 1, "pipeline_interleaving": 2, "activation_recompute": "full",
     "tensor_par_overlap": "ring"},
    {"rank": 1, "tensor_par": 1, "pipeline_interleaving": 2, "activation_recompute": "none",
     "tensor_par_overlap": "ring"},
    {"rank": 2, "tensor_par": 1, "pipeline_interleaving": 1, "activation_recompute": "none",
     "tensor_par_overlap": "ring"},
    {"rank": 3, "tensor_par": 1, "pipeline_interleaving": 1, "activation_recompute": "none",
     "tensor_par_overlap": "none"}])") ==
        Labels{"t1 i2 full", "t1 i2 none", "t1 i1 ring", "t1 i1 none"});
}

}  // namespace calculon::test
