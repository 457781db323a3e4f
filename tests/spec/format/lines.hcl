


# a comment at the left
      # and one that is not
  /* over
       several
  lines */
migration    "shop"    {   
    phases = [
"schema",   # first
      "full" ,# second
        ]   # behind

          tags={
a="1"
    longer =   "2"


    b="3"# c
        }
}
source { host="x" }
objects {
database "shop" {}
  database "a" { include=["x"] }
    database   "b"   {
                # inside
        }

  x = f([{
 a = 1
   }, {
      b = 2
 }])
  y = f(
1,
   [
2])
  z = (
a
    + b
 )
  after = 1
}
a /* in */ = /* the */ 1 /* middle */
bbbb = 2 /* end */

no_more = "x"   


