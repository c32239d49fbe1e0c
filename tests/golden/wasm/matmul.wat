(module
  (import "env" "memory" (memory 1 65536 shared))
  ;; matmul
  ;; args: buffers a b y; sizes I J K
  (func $matmul (export "matmul")
    (param $args i32) (param $begin i32) (param $end i32) (param $scratch i32)
    (local $I i32) (local $i.blocks i32) (local $J i32) (local $j.blocks i32) (local $block i32)
    (local $j.block i32) (local $blocks i32) (local $i.low i32) (local $i.span i32)
    (local $i.high i32) (local $j.low i32) (local $j.span i32) (local $j.high i32)
    (local $k.low i32) (local $k.from i32) (local $K i32) (local $k.span i32)
    (local $k.high i32) (local $i i32) (local $k i32) (local $k.stop i32) (local $a i32)
    (local $a.at i32) (local $a.at.2 i32) (local $left.row i32) (local $left.k i32)
    (local $left.at i32) (local $left v128) (local $left.2 v128) (local $left.3 v128)
    (local $left.4 v128) (local $k.stop.2 i32) (local $a.at.3 i32) (local $left.k.2 i32)
    (local $left.at.2 i32) (local $left.5 v128) (local $a.at.4 i32) (local $left.k.3 i32)
    (local $left.at.3 i32) (local $k.2 i32) (local $j i32) (local $j.stop i32) (local $b i32)
    (local $b.at i32) (local $b.at.2 i32) (local $right.row i32) (local $right.k i32)
    (local $right.at i32) (local $right v128) (local $right.2 v128) (local $right.3 v128)
    (local $right.4 v128) (local $j.stop.2 i32) (local $b.at.3 i32) (local $right.row.2 i32)
    (local $right.at.2 i32) (local $right.5 v128) (local $b.at.4 i32) (local $right.row.3 i32)
    (local $right.at.3 i32) (local $i.2 i32) (local $j.2 i32) (local $j.stop.3 i32)
    (local $y i32) (local $y.at i32) (local $y.at.2 i32) (local $s.at i32) (local $s v128)
    (local $s.2 v128) (local $y' v128) (local $s.at.2 i32) (local $s.3 v128) (local $s.4 v128)
    (local $y'.2 v128) (local $s.at.3 i32) (local $s.5 v128) (local $s.6 v128)
    (local $y'.3 v128) (local $s.at.4 i32) (local $s.7 v128) (local $s.8 v128)
    (local $y'.4 v128) (local $j.stop.4 i32) (local $y.at.3 i32) (local $s.at.5 i32)
    (local $s.9 v128) (local $s.10 v128) (local $y'.5 v128) (local $y.at.4 i32)
    (local $s.at.6 i32) (local $s.11 f32) (local $s.12 f32)
    (local.set $I (i32.load offset=12 (local.get $args)))
    (local.set $i.blocks (i32.div_s (i32.add (local.get $I) (i32.const 15)) (i32.const 16)))
    (local.set $J (i32.load offset=16 (local.get $args)))
    (local.set $j.blocks (i32.div_s (i32.add (local.get $J) (i32.const 15)) (i32.const 16)))
    (local.set $block (local.get $begin))
    (local.set $K (i32.load offset=20 (local.get $args)))
    (local.set $a (i32.load offset=0 (local.get $args)))
    (local.set $b (i32.load offset=4 (local.get $args)))
    (local.set $y (i32.load offset=8 (local.get $args)))
    (if
      (i32.lt_s (local.get $block) (local.get $end))
      (then
        (loop $block.14
          (local.set $j.block (i32.rem_u (local.get $block) (local.get $j.blocks)))
          (local.set $blocks (i32.div_u (local.get $block) (local.get $j.blocks)))
          (local.set $i.low (i32.shl (local.get $blocks) (i32.const 4)))
          (local.set $i.span (i32.add (local.get $i.low) (i32.const 16)))
          (local.set $i.high
            (select
              (local.get $i.span)
              (local.get $I)
              (i32.lt_s (local.get $i.span) (local.get $I))))
          (local.set $j.low (i32.shl (local.get $j.block) (i32.const 4)))
          (local.set $j.span (i32.add (local.get $j.low) (i32.const 16)))
          (local.set $j.high
            (select
              (local.get $j.span)
              (local.get $J)
              (i32.lt_s (local.get $j.span) (local.get $J))))
          (memory.fill (local.get $scratch) (i32.const 0) (i32.const 1024))
          (local.set $k.from (i32.const 0))
          (local.set $k.low (local.get $k.from))
          (if
            (i32.lt_s (local.get $k.low) (local.get $K))
            (then
              (loop $k.9
                (local.set $k.span (i32.add (local.get $k.low) (i32.const 8)))
                (local.set $k.high
                  (select
                    (local.get $k.span)
                    (local.get $K)
                    (i32.lt_s (local.get $k.span) (local.get $K))))
                (local.set $i (local.get $i.low))
                (if
                  (i32.lt_s (local.get $i) (local.get $i.high))
                  (then
                    (loop $i.4
                      (local.set $k (local.get $k.low))
                      (local.set $k.stop
                        (i32.add
                          (local.get $k.low)
                          (i32.and
                            (i32.sub (local.get $k.high) (local.get $k.low))
                            (i32.const -16))))
                      (local.set $a.at
                        (i32.add
                          (local.get $a)
                          (i32.shl (i32.mul (local.get $i) (local.get $K)) (i32.const 2))))
                      (local.set $left.row
                        (i32.shl (i32.sub (local.get $i) (local.get $i.low)) (i32.const 5)))
                      (if
                        (i32.lt_s (local.get $k) (local.get $k.stop))
                        (then
                          (loop $k.1
                            (local.set $a.at.2
                              (i32.add (local.get $a.at) (i32.shl (local.get $k) (i32.const 2))))
                            (local.set $left.k
                              (i32.shl
                                (i32.sub (local.get $k) (local.get $k.low))
                                (i32.const 2)))
                            (local.set $left.at
                              (i32.add
                                (local.get $scratch)
                                (i32.add (local.get $left.row) (local.get $left.k))))
                            (local.set $left (v128.load (local.get $a.at.2)))
                            (v128.store offset=1024 (local.get $left.at) (local.get $left))
                            (local.set $left.2 (v128.load offset=16 (local.get $a.at.2)))
                            (v128.store offset=1040 (local.get $left.at) (local.get $left.2))
                            (local.set $left.3 (v128.load offset=32 (local.get $a.at.2)))
                            (v128.store offset=1056 (local.get $left.at) (local.get $left.3))
                            (local.set $left.4 (v128.load offset=48 (local.get $a.at.2)))
                            (v128.store offset=1072 (local.get $left.at) (local.get $left.4))
                            (local.set $k (i32.add (local.get $k) (i32.const 16)))
                            (br_if $k.1 (i32.lt_s (local.get $k) (local.get $k.stop))))))
                      (local.set $k.stop.2
                        (i32.add
                          (local.get $k.low)
                          (i32.and
                            (i32.sub (local.get $k.high) (local.get $k.low))
                            (i32.const -4))))
                      (if
                        (i32.lt_s (local.get $k) (local.get $k.stop.2))
                        (then
                          (loop $k.2
                            (local.set $a.at.3
                              (i32.add (local.get $a.at) (i32.shl (local.get $k) (i32.const 2))))
                            (local.set $left.k.2
                              (i32.shl
                                (i32.sub (local.get $k) (local.get $k.low))
                                (i32.const 2)))
                            (local.set $left.at.2
                              (i32.add
                                (local.get $scratch)
                                (i32.add (local.get $left.row) (local.get $left.k.2))))
                            (local.set $left.5 (v128.load (local.get $a.at.3)))
                            (v128.store offset=1024 (local.get $left.at.2) (local.get $left.5))
                            (local.set $k (i32.add (local.get $k) (i32.const 4)))
                            (br_if $k.2 (i32.lt_s (local.get $k) (local.get $k.stop.2))))))
                      (if
                        (i32.lt_s (local.get $k) (local.get $k.high))
                        (then
                          (loop $k.3
                            (local.set $a.at.4
                              (i32.add (local.get $a.at) (i32.shl (local.get $k) (i32.const 2))))
                            (local.set $left.k.3
                              (i32.shl
                                (i32.sub (local.get $k) (local.get $k.low))
                                (i32.const 2)))
                            (local.set $left.at.3
                              (i32.add
                                (local.get $scratch)
                                (i32.add (local.get $left.row) (local.get $left.k.3))))
                            (f32.store offset=1024
                              (local.get $left.at.3)
                              (f32.load (local.get $a.at.4)))
                            (local.set $k (i32.add (local.get $k) (i32.const 1)))
                            (br_if $k.3 (i32.lt_s (local.get $k) (local.get $k.high))))))
                      (local.set $i (i32.add (local.get $i) (i32.const 1)))
                      (br_if $i.4 (i32.lt_s (local.get $i) (local.get $i.high))))))
                (local.set $k.2 (local.get $k.low))
                (if
                  (i32.lt_s (local.get $k.2) (local.get $k.high))
                  (then
                    (loop $k.8
                      (local.set $j (local.get $j.low))
                      (local.set $j.stop
                        (i32.add
                          (local.get $j.low)
                          (i32.and
                            (i32.sub (local.get $j.high) (local.get $j.low))
                            (i32.const -16))))
                      (local.set $b.at
                        (i32.add
                          (local.get $b)
                          (i32.shl (i32.mul (local.get $k.2) (local.get $J)) (i32.const 2))))
                      (local.set $right.k
                        (i32.shl (i32.sub (local.get $k.2) (local.get $k.low)) (i32.const 5)))
                      (if
                        (i32.lt_s (local.get $j) (local.get $j.stop))
                        (then
                          (loop $j.5
                            (local.set $b.at.2
                              (i32.add (local.get $b.at) (i32.shl (local.get $j) (i32.const 2))))
                            (local.set $right.row
                              (i32.add
                                (i32.shl
                                  (i32.shr_u
                                    (i32.sub (local.get $j) (local.get $j.low))
                                    (i32.const 3))
                                  (i32.const 8))
                                (i32.shl
                                  (i32.and
                                    (i32.sub (local.get $j) (local.get $j.low))
                                    (i32.const 7))
                                  (i32.const 2))))
                            (local.set $right.at
                              (i32.add
                                (local.get $scratch)
                                (i32.add (local.get $right.row) (local.get $right.k))))
                            (local.set $right (v128.load (local.get $b.at.2)))
                            (v128.store offset=1536 (local.get $right.at) (local.get $right))
                            (local.set $right.2 (v128.load offset=16 (local.get $b.at.2)))
                            (v128.store offset=1552 (local.get $right.at) (local.get $right.2))
                            (local.set $right.3 (v128.load offset=32 (local.get $b.at.2)))
                            (v128.store offset=1792 (local.get $right.at) (local.get $right.3))
                            (local.set $right.4 (v128.load offset=48 (local.get $b.at.2)))
                            (v128.store offset=1808 (local.get $right.at) (local.get $right.4))
                            (local.set $j (i32.add (local.get $j) (i32.const 16)))
                            (br_if $j.5 (i32.lt_s (local.get $j) (local.get $j.stop))))))
                      (local.set $j.stop.2
                        (i32.add
                          (local.get $j.low)
                          (i32.and
                            (i32.sub (local.get $j.high) (local.get $j.low))
                            (i32.const -4))))
                      (if
                        (i32.lt_s (local.get $j) (local.get $j.stop.2))
                        (then
                          (loop $j.6
                            (local.set $b.at.3
                              (i32.add (local.get $b.at) (i32.shl (local.get $j) (i32.const 2))))
                            (local.set $right.row.2
                              (i32.add
                                (i32.shl
                                  (i32.shr_u
                                    (i32.sub (local.get $j) (local.get $j.low))
                                    (i32.const 3))
                                  (i32.const 8))
                                (i32.shl
                                  (i32.and
                                    (i32.sub (local.get $j) (local.get $j.low))
                                    (i32.const 7))
                                  (i32.const 2))))
                            (local.set $right.at.2
                              (i32.add
                                (local.get $scratch)
                                (i32.add (local.get $right.row.2) (local.get $right.k))))
                            (local.set $right.5 (v128.load (local.get $b.at.3)))
                            (v128.store offset=1536
                              (local.get $right.at.2)
                              (local.get $right.5))
                            (local.set $j (i32.add (local.get $j) (i32.const 4)))
                            (br_if $j.6 (i32.lt_s (local.get $j) (local.get $j.stop.2))))))
                      (if
                        (i32.lt_s (local.get $j) (local.get $j.high))
                        (then
                          (loop $j.7
                            (local.set $b.at.4
                              (i32.add (local.get $b.at) (i32.shl (local.get $j) (i32.const 2))))
                            (local.set $right.row.3
                              (i32.add
                                (i32.shl
                                  (i32.shr_u
                                    (i32.sub (local.get $j) (local.get $j.low))
                                    (i32.const 3))
                                  (i32.const 8))
                                (i32.shl
                                  (i32.and
                                    (i32.sub (local.get $j) (local.get $j.low))
                                    (i32.const 7))
                                  (i32.const 2))))
                            (local.set $right.at.3
                              (i32.add
                                (local.get $scratch)
                                (i32.add (local.get $right.row.3) (local.get $right.k))))
                            (f32.store offset=1536
                              (local.get $right.at.3)
                              (f32.load (local.get $b.at.4)))
                            (local.set $j (i32.add (local.get $j) (i32.const 1)))
                            (br_if $j.7 (i32.lt_s (local.get $j) (local.get $j.high))))))
                      (local.set $k.2 (i32.add (local.get $k.2) (i32.const 1)))
                      (br_if $k.8 (i32.lt_s (local.get $k.2) (local.get $k.high))))))
                (call $dot.8.16_f32x4
                  (i32.add (local.get $scratch) (i32.const 1024))
                  (i32.add (local.get $scratch) (i32.const 1536))
                  (local.get $scratch)
                  (i32.sub (local.get $i.high) (local.get $i.low))
                  (i32.sub (local.get $j.high) (local.get $j.low))
                  (i32.sub (local.get $k.high) (local.get $k.low)))
                (local.set $k.low (i32.add (local.get $k.low) (i32.const 8)))
                (br_if $k.9 (i32.lt_s (local.get $k.low) (local.get $K))))))
          (local.set $i.2 (local.get $i.low))
          (if
            (i32.lt_s (local.get $i.2) (local.get $i.high))
            (then
              (loop $i.13
                (local.set $j.2 (local.get $j.low))
                (local.set $j.stop.3
                  (i32.add
                    (local.get $j.low)
                    (i32.and (i32.sub (local.get $j.high) (local.get $j.low)) (i32.const -16))))
                (local.set $y.at
                  (i32.add
                    (local.get $y)
                    (i32.shl (i32.mul (local.get $i.2) (local.get $J)) (i32.const 2))))
                (if
                  (i32.lt_s (local.get $j.2) (local.get $j.stop.3))
                  (then
                    (loop $j.10
                      (local.set $y.at.2
                        (i32.add (local.get $y.at) (i32.shl (local.get $j.2) (i32.const 2))))
                      (local.set $s.at
                        (i32.add
                          (local.get $scratch)
                          (i32.shl
                            (i32.add
                              (i32.shl
                                (i32.sub (local.get $i.2) (local.get $i.low))
                                (i32.const 4))
                              (i32.sub (local.get $j.2) (local.get $j.low)))
                            (i32.const 2))))
                      (local.set $s (v128.load (local.get $s.at)))
                      (local.set $s.2 (local.get $s))
                      (local.set $y' (local.get $s.2))
                      (v128.store (local.get $y.at.2) (local.get $y'))
                      (local.set $s.at.2
                        (i32.add
                          (local.get $scratch)
                          (i32.shl
                            (i32.add
                              (i32.shl
                                (i32.sub (local.get $i.2) (local.get $i.low))
                                (i32.const 4))
                              (i32.add
                                (i32.sub (local.get $j.2) (local.get $j.low))
                                (i32.const 4)))
                            (i32.const 2))))
                      (local.set $s.3 (v128.load (local.get $s.at.2)))
                      (local.set $s.4 (local.get $s.3))
                      (local.set $y'.2 (local.get $s.4))
                      (v128.store offset=16 (local.get $y.at.2) (local.get $y'.2))
                      (local.set $s.at.3
                        (i32.add
                          (local.get $scratch)
                          (i32.shl
                            (i32.add
                              (i32.shl
                                (i32.sub (local.get $i.2) (local.get $i.low))
                                (i32.const 4))
                              (i32.add
                                (i32.sub (local.get $j.2) (local.get $j.low))
                                (i32.const 8)))
                            (i32.const 2))))
                      (local.set $s.5 (v128.load (local.get $s.at.3)))
                      (local.set $s.6 (local.get $s.5))
                      (local.set $y'.3 (local.get $s.6))
                      (v128.store offset=32 (local.get $y.at.2) (local.get $y'.3))
                      (local.set $s.at.4
                        (i32.add
                          (local.get $scratch)
                          (i32.shl
                            (i32.add
                              (i32.shl
                                (i32.sub (local.get $i.2) (local.get $i.low))
                                (i32.const 4))
                              (i32.add
                                (i32.sub (local.get $j.2) (local.get $j.low))
                                (i32.const 12)))
                            (i32.const 2))))
                      (local.set $s.7 (v128.load (local.get $s.at.4)))
                      (local.set $s.8 (local.get $s.7))
                      (local.set $y'.4 (local.get $s.8))
                      (v128.store offset=48 (local.get $y.at.2) (local.get $y'.4))
                      (local.set $j.2 (i32.add (local.get $j.2) (i32.const 16)))
                      (br_if $j.10 (i32.lt_s (local.get $j.2) (local.get $j.stop.3))))))
                (local.set $j.stop.4
                  (i32.add
                    (local.get $j.low)
                    (i32.and (i32.sub (local.get $j.high) (local.get $j.low)) (i32.const -4))))
                (if
                  (i32.lt_s (local.get $j.2) (local.get $j.stop.4))
                  (then
                    (loop $j.11
                      (local.set $y.at.3
                        (i32.add (local.get $y.at) (i32.shl (local.get $j.2) (i32.const 2))))
                      (local.set $s.at.5
                        (i32.add
                          (local.get $scratch)
                          (i32.shl
                            (i32.add
                              (i32.shl
                                (i32.sub (local.get $i.2) (local.get $i.low))
                                (i32.const 4))
                              (i32.sub (local.get $j.2) (local.get $j.low)))
                            (i32.const 2))))
                      (local.set $s.9 (v128.load (local.get $s.at.5)))
                      (local.set $s.10 (local.get $s.9))
                      (local.set $y'.5 (local.get $s.10))
                      (v128.store (local.get $y.at.3) (local.get $y'.5))
                      (local.set $j.2 (i32.add (local.get $j.2) (i32.const 4)))
                      (br_if $j.11 (i32.lt_s (local.get $j.2) (local.get $j.stop.4))))))
                (if
                  (i32.lt_s (local.get $j.2) (local.get $j.high))
                  (then
                    (loop $j.12
                      (local.set $y.at.4
                        (i32.add (local.get $y.at) (i32.shl (local.get $j.2) (i32.const 2))))
                      (local.set $s.at.6
                        (i32.add
                          (local.get $scratch)
                          (i32.shl
                            (i32.add
                              (i32.shl
                                (i32.sub (local.get $i.2) (local.get $i.low))
                                (i32.const 4))
                              (i32.sub (local.get $j.2) (local.get $j.low)))
                            (i32.const 2))))
                      (local.set $s.11 (f32.load (local.get $s.at.6)))
                      (local.set $s.12 (local.get $s.11))
                      (f32.store (local.get $y.at.4) (local.get $s.12))
                      (local.set $j.2 (i32.add (local.get $j.2) (i32.const 1)))
                      (br_if $j.12 (i32.lt_s (local.get $j.2) (local.get $j.high))))))
                (local.set $i.2 (i32.add (local.get $i.2) (i32.const 1)))
                (br_if $i.13 (i32.lt_s (local.get $i.2) (local.get $i.high))))))
          (local.set $block (i32.add (local.get $block) (i32.const 1)))
          (br_if $block.14 (i32.lt_s (local.get $block) (local.get $end))))))
  )
  (func $dot.8.16_f32x4 (param $left i32) (param $right i32) (param $state i32)
    (param $m i32) (param $n i32) (param $k i32)
    (local $i i32) (local $j i32) (local $p i32) (local $q i32) (local $row i32) (local $stop i32) (local $body i32)
    (local $s00 v128) (local $s01 v128) (local $s10 v128) (local $s11 v128) (local $s20 v128) (local $s21 v128) (local $s30 v128) (local $s31 v128) (local $b0 v128) (local $b1 v128) (local $x v128)
    (if (i32.and (i32.gt_s (local.get $m) (i32.const 0)) (i32.gt_s (local.get $n) (i32.const 0)))
      (then
        (loop $panels
          (local.set $i (i32.const 0))
          (local.set $p (local.get $left))
          (local.set $row (i32.add (local.get $state) (i32.shl (local.get $j) (i32.const 2))))
          (loop $rows
            (local.set $s00 (v128.load (local.get $row)))
            (local.set $s01 (v128.load offset=16 (local.get $row)))
            (local.set $s10 (v128.load offset=64 (local.get $row)))
            (local.set $s11 (v128.load offset=80 (local.get $row)))
            (local.set $s20 (v128.load offset=128 (local.get $row)))
            (local.set $s21 (v128.load offset=144 (local.get $row)))
            (local.set $s30 (v128.load offset=192 (local.get $row)))
            (local.set $s31 (v128.load offset=208 (local.get $row)))
            (local.set $q (local.get $right))
            (local.set $stop (i32.add (local.get $p) (i32.shl (local.get $k) (i32.const 2))))
            (local.set $body (i32.add (local.get $p) (i32.shl (i32.and (local.get $k) (i32.const -4)) (i32.const 2))))
            (if (i32.lt_s (local.get $p) (local.get $body))
              (then
                (loop $four
                  (local.set $b0 (v128.load (local.get $q)))
                  (local.set $b1 (v128.load offset=16 (local.get $q)))
                  (local.set $x (v128.load32_splat (local.get $p)))
                  (local.set $s00 (f32x4.add (local.get $s00) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s01 (f32x4.add (local.get $s01) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=32 (local.get $p)))
                  (local.set $s10 (f32x4.add (local.get $s10) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s11 (f32x4.add (local.get $s11) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=64 (local.get $p)))
                  (local.set $s20 (f32x4.add (local.get $s20) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s21 (f32x4.add (local.get $s21) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=96 (local.get $p)))
                  (local.set $s30 (f32x4.add (local.get $s30) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s31 (f32x4.add (local.get $s31) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $b0 (v128.load offset=32 (local.get $q)))
                  (local.set $b1 (v128.load offset=48 (local.get $q)))
                  (local.set $x (v128.load32_splat offset=4 (local.get $p)))
                  (local.set $s00 (f32x4.add (local.get $s00) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s01 (f32x4.add (local.get $s01) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=36 (local.get $p)))
                  (local.set $s10 (f32x4.add (local.get $s10) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s11 (f32x4.add (local.get $s11) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=68 (local.get $p)))
                  (local.set $s20 (f32x4.add (local.get $s20) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s21 (f32x4.add (local.get $s21) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=100 (local.get $p)))
                  (local.set $s30 (f32x4.add (local.get $s30) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s31 (f32x4.add (local.get $s31) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $b0 (v128.load offset=64 (local.get $q)))
                  (local.set $b1 (v128.load offset=80 (local.get $q)))
                  (local.set $x (v128.load32_splat offset=8 (local.get $p)))
                  (local.set $s00 (f32x4.add (local.get $s00) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s01 (f32x4.add (local.get $s01) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=40 (local.get $p)))
                  (local.set $s10 (f32x4.add (local.get $s10) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s11 (f32x4.add (local.get $s11) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=72 (local.get $p)))
                  (local.set $s20 (f32x4.add (local.get $s20) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s21 (f32x4.add (local.get $s21) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=104 (local.get $p)))
                  (local.set $s30 (f32x4.add (local.get $s30) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s31 (f32x4.add (local.get $s31) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $b0 (v128.load offset=96 (local.get $q)))
                  (local.set $b1 (v128.load offset=112 (local.get $q)))
                  (local.set $x (v128.load32_splat offset=12 (local.get $p)))
                  (local.set $s00 (f32x4.add (local.get $s00) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s01 (f32x4.add (local.get $s01) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=44 (local.get $p)))
                  (local.set $s10 (f32x4.add (local.get $s10) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s11 (f32x4.add (local.get $s11) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=76 (local.get $p)))
                  (local.set $s20 (f32x4.add (local.get $s20) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s21 (f32x4.add (local.get $s21) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=108 (local.get $p)))
                  (local.set $s30 (f32x4.add (local.get $s30) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s31 (f32x4.add (local.get $s31) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $p (i32.add (local.get $p) (i32.const 16)))
                  (local.set $q (i32.add (local.get $q) (i32.const 128)))
                  (br_if $four (i32.lt_s (local.get $p) (local.get $body))))
              ))
            (if (i32.lt_s (local.get $p) (local.get $stop))
              (then
                (loop $one
                  (local.set $b0 (v128.load (local.get $q)))
                  (local.set $b1 (v128.load offset=16 (local.get $q)))
                  (local.set $x (v128.load32_splat (local.get $p)))
                  (local.set $s00 (f32x4.add (local.get $s00) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s01 (f32x4.add (local.get $s01) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=32 (local.get $p)))
                  (local.set $s10 (f32x4.add (local.get $s10) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s11 (f32x4.add (local.get $s11) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=64 (local.get $p)))
                  (local.set $s20 (f32x4.add (local.get $s20) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s21 (f32x4.add (local.get $s21) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat offset=96 (local.get $p)))
                  (local.set $s30 (f32x4.add (local.get $s30) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $s31 (f32x4.add (local.get $s31) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $p (i32.add (local.get $p) (i32.const 4)))
                  (local.set $q (i32.add (local.get $q) (i32.const 32)))
                  (br_if $one (i32.lt_s (local.get $p) (local.get $stop))))
              ))
            (v128.store (local.get $row) (local.get $s00))
            (v128.store offset=16 (local.get $row) (local.get $s01))
            (v128.store offset=64 (local.get $row) (local.get $s10))
            (v128.store offset=80 (local.get $row) (local.get $s11))
            (v128.store offset=128 (local.get $row) (local.get $s20))
            (v128.store offset=144 (local.get $row) (local.get $s21))
            (v128.store offset=192 (local.get $row) (local.get $s30))
            (v128.store offset=208 (local.get $row) (local.get $s31))
            (local.set $p (i32.add (i32.sub (local.get $stop) (i32.shl (local.get $k) (i32.const 2))) (i32.const 128)))
            (local.set $row (i32.add (local.get $row) (i32.const 256)))
            (local.set $i (i32.add (local.get $i) (i32.const 4)))
            (br_if $rows (i32.lt_s (local.get $i) (local.get $m))))
          (local.set $right (i32.add (local.get $right) (i32.const 256)))
          (local.set $j (i32.add (local.get $j) (i32.const 8)))
          (br_if $panels (i32.lt_s (local.get $j) (local.get $n))))
      )))
)
