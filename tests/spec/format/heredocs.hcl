a  =  <<END
  as  it = is
 ${  var.x  }  and  %{ if  var.y }yes%{ endif }
 "quotes  ${ f( "in  quotes" ) }" {
	END2
   END
bb=<<-END
      one
        two $${ not } <<END
      END
c = f(<<END
x
END
,   2)
d = [
<<END
x {
END
,
      <<-END
  ${
 join(",",
    [1,
 2])
}
  END
]
eeee=1
