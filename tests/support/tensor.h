#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "calculon/bandwidth/bandwidth.h"

// A small language of distributed tensors. Nothing is computed on data: an operation knows the
// shape and the placement of its operands and adds what it costs to a meter. A program in it is the
// second way to the totals of the bandwidth model, beside its closed forms.
namespace calculon::tensors {

// A direction of the grid of workers. Along a rotational axis (the pipeline) work moves from rank
// to rank as it goes through the layers.
struct Axis {
  std::string name;
  std::int64_t degree = 1;
  bool rotational = false;
};

// A named index of tensors. Along an axis, each of its ranks holds an equal share; along a
// rotational one, of a `virtual_size` (the number of layers). Axes and dimensions are compared by
// identity.
struct Dimension {
  std::string name;
  std::int64_t size = 1;
  const Axis* axis = nullptr;
  bool autoreduce = false;  // a dot product contracts it
  std::int64_t virtual_size = 0;

  std::int64_t local_size() const;  // of one worker
  std::int64_t degree() const { return axis ? axis->degree : 1; }
};

// A placement that the language forbids, as in a share that is not whole.
class ShapeError : public std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// Dimensions, in the order of their creation, and the axes over whose ranks the elements are
// scattered with no dimension responsible. All other axes that no dimension lies along hold copies.
struct Tensor {
  std::vector<const Dimension*> dimensions;
  std::set<const Axis*> scattered;

  bool has(const Dimension& dimension) const;
  bool owns(const Axis& axis) const;
  double size() const;  // elements, all workers' together, copies not counted
};

using Transposition = std::pair<const Dimension*, const Dimension*>;  // from, to

// The axes and dimensions of a program, its operations and its meter.
class TensorSpace {
 public:
  const Axis& axis(std::string name, std::int64_t degree, bool rotational = false);
  const Dimension& dimension(Dimension dimension);

  // Throws ShapeError unless the elements can be placed like this.
  Tensor tensor(std::vector<const Dimension*> dimensions, std::set<const Axis*> scattered = {});

  // What `body` costs counts `multiplier` times.
  void metered(double multiplier, const std::function<void()>& body);
  const RunCosts& total() const { return meter_; }

  // Elementwise, with what only one operand has copied along the other.
  Tensor product(const Tensor& a, const Tensor& b);
  // Gathers scattered parts everywhere; the data moves on along the dimensions of `rotate`.
  Tensor broadcast(const Tensor& t, const std::vector<const Dimension*>& rotate = {});
  // Sums over a dimension. A transposition lets a dimension take over the axis that this frees.
  Tensor reduce(const Tensor& t, const Dimension& over, const Transposition& transpose = {});
  Tensor allreduce(const Tensor& t, const Dimension& over,
                   const std::vector<const Dimension*>& rotate = {});
  // The product, reduced over every dimension that both have and that is autoreduced.
  Tensor dot(const Tensor& a, const Tensor& b);
  // Another name for a dimension, which is no longer laid out along the axis. Free.
  Tensor scatter_transpose(const Tensor& t, const Dimension& from, const Dimension& to);
  // The sum over `a`'s and `b`'s own dimension as if both were one tensor.
  Tensor reduce_with(const Tensor& a, const Tensor& b, const Dimension& of_a,
                     const Dimension& of_b);

 private:
  bool is_broadcast(const Tensor& t, const Axis& axis) const;
  double copies(const Tensor& t) const;  // J
  Tensor sorted(Tensor t) const;
  void require(bool holds, const std::string& what) const;

  std::deque<Axis> axes_;
  std::deque<Dimension> dimensions_;
  RunCosts meter_;
};

}  // namespace calculon::tensors
